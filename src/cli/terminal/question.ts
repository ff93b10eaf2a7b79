import { createInterface, type Interface } from 'node:readline'
import { escapeControlLines } from '../../report/escape-controls.ts'
import type { Terminal } from './terminal.ts'

/** Whether somebody can see a question and answer it. */
export function canAsk({ stderr }: Terminal): boolean {
  return process.stdin.isTTY === true && stderr.stream.isTTY === true
}

/**
 * Asks on stderr and waits for a line on standard input. Everything but `y` and `yes` means no, the end of the input as well.
 *
 * @throws the reason of the signal once it is aborted
 */
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

/** @returns null where the input or the wait ends without one */
function readLine(talk: Interface, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    talk.once('line', resolve)
    talk.once('close', () => resolve(null))
    // While a line is edited, Ctrl-C comes as a key and not as a signal.
    talk.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    // After Ctrl-Z and "fg" nothing would be read any more, and the program would end as if all were done.
    talk.on('SIGCONT', () => talk.prompt(true))
    signal.addEventListener('abort', () => talk.close(), { once: true })
    talk.prompt()
  })
}
