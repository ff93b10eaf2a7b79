import * as v from 'valibot'
import { FaultList, formatKeyPlace, type Path } from './fault-list.ts'

type RecordSchema = v.GenericSchema & { readonly entries: v.ObjectEntries }

/** Reads a document record by record and notes what is wrong with it. A fault in one place hides none in another. */
export class DocumentCheck {
  readonly faults = new FaultList()
  /** Places of the keys that no schema knows, without indexes: `users[].nickname`. */
  readonly unknownKeys = new Set<string>()
  readonly #brokenLists = new Set<string>()

  /** Whether the list, or an element of it, could not be read: what it seems to lack may be there. */
  isBroken(list: string): boolean {
    return this.#brokenLists.has(list)
  }

  /**
   * The elements that the schema accepts, each as `map` makes it of the element and its index. A value that is no array
   * has none; that it is none is a fault of the record that holds it.
   */
  readList<Schema extends RecordSchema, Element>(
    name: string,
    list: unknown,
    schema: Schema,
    map: (element: v.InferOutput<Schema>, index: number) => Element,
  ): Element[] {
    const elements: Element[] = []
    const place = `${name}[]`
    if (!Array.isArray(list)) this.#brokenLists.add(name)
    else
      list.forEach((value, index) => {
        const element = this.readRecord(schema, value, [name, index], place)
        if (element === null) this.#brokenLists.add(name)
        else elements.push(map(element, index))
      })
    return elements
  }

  /**
   * The record as the schema gives it, or null when it is at fault.
   *
   * @param place the path without indexes, for keys that are unknown
   */
  readRecord<Schema extends RecordSchema>(
    schema: Schema,
    value: unknown,
    path: Path,
    place: string,
  ): v.InferOutput<Schema> | null {
    if (!isRecord(value)) {
      this.faults.add(path, 'an object', value)
      return null
    }
    this.noteUnknownKeys(schema.entries, value, place)
    const result = v.safeParse(schema, value, { abortPipeEarly: true })
    if (result.success) return result.output
    for (const issue of result.issues)
      this.faults.add([...path, ...listKeys(issue)], issue.message, issue.input)
    return null
  }

  noteUnknownKeys(entries: v.ObjectEntries, value: object, place: string): void {
    for (const key in value) {
      if (!Object.hasOwn(entries, key)) this.unknownKeys.add(formatKeyPlace(place, key))
    }
  }
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listKeys(issue: v.BaseIssue<unknown>): string[] {
  return (issue.path ?? []).map(({ key }) => String(key))
}
