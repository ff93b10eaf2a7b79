import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { findPager, type PagerEnvironment } from './find-pager.ts'

/** `missing`: no pager could be started. `interrupted`: a signal ended the pager. */
type PagerEnd = 'shown' | 'missing' | 'interrupted'

/** Shows text in the pager: in `DUO_SEATS_PAGER`, in `PAGER`, else in `less`, which ends by itself after a single page. */
export async function showInPager(text: string, env: PagerEnvironment): Promise<PagerEnd> {
  const pager = startPager(findPager(env))
  const terminate = () => void pager.kill()
  // Ctrl-C is the pager's business: this process must not end before it.
  process.on('SIGINT', ignore).once('SIGTERM', terminate).once('SIGHUP', terminate)
  // EPIPE: the user quit the pager before the end of the text.
  pager.stdin?.on('error', ignore).end(text)
  const end = await new Promise<PagerEnd>((resolve) => {
    pager.once('error', () => resolve('missing'))
    pager.once('close', (code) => resolve(judgeEnd(code)))
  })
  process.off('SIGINT', ignore).off('SIGTERM', terminate).off('SIGHUP', terminate)
  return end
}

function ignore(): void {}

/** As in git: `PAGER` is a command line for the shell, and `LESS` has a default. */
function startPager(command: string | undefined): ChildProcess {
  const options: SpawnOptions = {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRX', ...process.env },
  }
  return command === undefined ? spawn('less', ['-R'], options) : spawn(command, { ...options, shell: true })
}

/** A shell answers 126 or 127 if it cannot start a command, and 130 or 143 if a signal ended it. */
function judgeEnd(code: number | null): PagerEnd {
  if (code === 126 || code === 127) return 'missing'
  return code === null || code === 130 || code === 143 ? 'interrupted' : 'shown'
}
