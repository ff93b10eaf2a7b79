import { createInterface, type Interface } from 'node:readline'
import { escapeControlLines } from '../../report/escape-controls.ts'
import type { Terminal } from './terminal.ts'

export function canAsk({ stderr }: Terminal): boolean {
  return process.stdin.isTTY === true && stderr.stream.isTTY === true
}

/** Only `y` and `yes` mean yes; the end of the input means no. An aborted signal throws its reason. */
export async function ask({ stderr }: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted()
  const talk = createInterface({ input: process.stdin, output: stderr.stream })
  talk.setPrompt(`${escapeControlLines(question)} [y/N] `)
  const answer = await readLine(talk, signal)
  talk.close()
  if (answer === null) stderr.stream.write('\n')
  signal.throwIfAborted()
  return answer !== null && /^y(es)?$/i.test(answer.trim())
}

/** Null if the input or the wait ends first. */
function readLine(talk: Interface, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    talk.once('line', resolve)
    talk.once('close', () => resolve(null))
    // While a line is edited, Ctrl-C comes as a key and not as a signal.
    talk.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    // After Ctrl-Z and "fg" the input would stay unread, and the program would end.
    talk.on('SIGCONT', () => talk.prompt(true))
    signal.addEventListener('abort', () => talk.close(), { once: true })
    talk.prompt()
  })
}
