import { Writable } from 'node:stream'
import { TextOutput } from './text-output.ts'

export async function collectText(print: (output: TextOutput) => Promise<void>): Promise<string> {
  const collector = new TextCollector()
  const output = new TextOutput(collector)
  await print(output)
  await output.end()
  return collector.text
}

class TextCollector extends Writable {
  readonly #parts: string[] = []

  constructor() {
    super({ decodeStrings: false })
  }

  get text(): string {
    return this.#parts.join('')
  }

  override _write(part: string, _encoding: BufferEncoding, done: () => void): void {
    this.#parts.push(part)
    done()
  }
}
