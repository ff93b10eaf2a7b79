import * as v from 'valibot'
import { FaultList, formatKeyPlace, type Path } from './fault-list.ts'

type RecordSchema = v.GenericSchema & { readonly entries: v.ObjectEntries }

/** Reads a document record by record and collects all its faults. */
export class DocumentCheck {
  readonly faults = new FaultList()
  readonly unknownKeys = new Set<string>()
  readonly #brokenLists = new Set<string>()

  /** Whether the list or one of its elements could not be read, so a missing id proves nothing. */
  isBroken(list: string): boolean {
    return this.#brokenLists.has(list)
  }

  /**
   * Returns the elements that the schema accepts, mapped. For a value that is not an array it returns none and adds no fault: the
   * schema of the outer record reports that.
   */
  readList<Schema extends RecordSchema, Element>(
    name: string,
    list: unknown,
    schema: Schema,
    map: (element: v.InferOutput<Schema>, index: number) => Element,
  ): Element[] {
    const elements: Element[] = []
    if (!Array.isArray(list)) this.#brokenLists.add(name)
    else
      list.forEach((value, index) => {
        const element = this.readElement(name, value, index, schema)
        if (element !== null) elements.push(map(element, index))
      })
    return elements
  }

  /** Null after a fault. */
  readElement<Schema extends RecordSchema>(
    name: string,
    value: unknown,
    index: number,
    schema: Schema,
  ): v.InferOutput<Schema> | null {
    const element = this.readRecord(schema, value, [name, index], `${name}[]`)
    if (element === null) this.#brokenLists.add(name)
    return element
  }

  /** Null after a fault. `place` is the path without indexes, for unknown keys. */
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

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listKeys(issue: v.BaseIssue<unknown>): Path {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
}
