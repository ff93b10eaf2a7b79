import { createInterface } from 'node:readline'
import { escapeControlLines } from '../../report/escape-controls.ts'
import { wrapProse } from '../../report/wrap-prose.ts'
import { readLines } from './read-lines.ts'
import type { Terminal } from './terminal.ts'

export function canAsk({ stderr }: Terminal): boolean {
  return process.stdin.isTTY === true && stderr.stream.isTTY === true
}

const choice = ' [y/N] '

/** Only `y` and `yes` mean yes; the end of the input means no. An aborted signal throws its reason. */
export async function ask({ stderr }: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted()
  const width = stderr.width && stderr.width - choice.length
  const prompt = `${wrapProse(escapeControlLines(question), width)}${choice}`
  const talk = createInterface({ input: process.stdin, output: stderr.stream, prompt })
  let answer: string | undefined
  await readLines(talk, signal, (line) => {
    answer ??= line
    talk.close()
  })
  if (answer === undefined) stderr.stream.write('\n')
  signal.throwIfAborted()
  return answer !== undefined && /^y(es)?$/i.test(answer.trim())
}
