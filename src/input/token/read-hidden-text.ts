import { createInterface, type Key } from 'node:readline'
import { Writable } from 'node:stream'

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
  const close = () => talk.close()
  // Behind a text without a line break, readline itself ignores Ctrl-D.
  const closeAtEnd = (_text: string, { ctrl, name }: Key) => void (ctrl && name === 'd' && close())
  input.on('keypress', closeAtEnd)
  signal.addEventListener('abort', close, { once: true })
  await new Promise<void>((resolve) => {
    talk.on('line', (line) => lines.push(line))
    talk.once('close', resolve)
    // While a line is edited, Ctrl-C comes as a key and not as a signal.
    talk.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    // After Ctrl-Z and "fg" the input would stay unread, and the program would end.
    talk.on('SIGCONT', () => talk.prompt(true))
    onReady()
  })
  input.off('keypress', closeAtEnd)
  signal.removeEventListener('abort', close)
  signal.throwIfAborted()
  return [...lines, talk.line].join('\n')
}
