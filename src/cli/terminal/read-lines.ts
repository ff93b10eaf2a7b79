import type { Interface } from 'node:readline'

/** Passes on each line that a user types, until the input ends, `talk` is closed or the signal is aborted. */
export async function readLines(
  talk: Interface,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const close = () => talk.close()
  signal.addEventListener('abort', close, { once: true })
  await new Promise<void>((resolve) => {
    talk.on('line', onLine)
    talk.once('close', resolve)
    // While a line is edited, Ctrl-C comes as a key and not as a signal.
    talk.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    // After Ctrl-Z and "fg" the input would stay unread, and the program would end.
    talk.on('SIGCONT', () => talk.prompt(true))
    talk.prompt()
  })
  signal.removeEventListener('abort', close)
}
