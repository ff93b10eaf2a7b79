import { createInterface, type Key } from 'node:readline'
import { Writable } from 'node:stream'
import { readLines } from './read-lines.ts'

/**
 * Reads a text up to Ctrl-D from the terminal of standard input, which shows nothing of it. An aborted signal throws its reason.
 *
 * @param onReady called once the terminal shows nothing any more
 */
export async function readHiddenText(signal: AbortSignal, onReady: () => void): Promise<string> {
  signal.throwIfAborted()
  const input = process.stdin
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const talk = createInterface({ input, output: nowhere, prompt: '', terminal: true, historySize: 0 })
  const lines: string[] = []
  // Behind a text without a line break, readline itself ignores Ctrl-D.
  const closeAtEnd = (_text: string, { ctrl, name }: Key) => void (ctrl && name === 'd' && talk.close())
  input.on('keypress', closeAtEnd)
  onReady()
  await readLines(talk, signal, (line) => lines.push(line))
  input.off('keypress', closeAtEnd)
  signal.throwIfAborted()
  return [...lines, talk.line].join('\n')
}
