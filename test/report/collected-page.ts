import { Writable } from 'node:stream'
import type { Page } from '../../src/report/page.ts'
import { plainStyle } from '../../src/report/style.ts'
import { TextOutput } from '../../src/report/text-output.ts'

/** A stream that collects its text. */
export class CollectingStream extends Writable {
  text = ''
  isTTY?: boolean
  columns?: number

  constructor(terminal: { isTTY?: boolean; columns?: number } = {}) {
    super({ decodeStrings: false })
    Object.assign(this, terminal)
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk
    done()
  }
}

/** Prints a report on a plain page with the given facts. */
export async function print(
  write: (page: Page) => Promise<void>,
  given: Partial<Page> = {},
): Promise<string> {
  const stream = new CollectingStream()
  await write({
    output: new TextOutput(stream),
    style: plainStyle,
    width: null,
    namedStore: null,
    isQuiet: false,
    columns: null,
    ...given,
  })
  return stream.text
}
