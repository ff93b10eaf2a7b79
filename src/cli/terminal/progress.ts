import { escapeControls } from '../../report/escape-controls.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  /** `done` is from 0 to 1, null if unknown; `text` is a detail such as a number of rows. */
  update(done: number | null, text: string): void
  /** Leaves no trace of a spinner. */
  stop(): void
}

interface Display {
  show(text: string): void
  stop(): void
}

const msUntilShown = 500
const msBetweenFrames = 100
const msBetweenLines = 10_000

/** After half a second: a spinner on a terminal, else a plain line now and then; nothing when quiet. */
export function startProgress(terminal: Terminal, label: string): Progress {
  if (terminal.isQuiet) return { update: () => {}, stop: () => {} }
  return showThrottled(terminal.isInteractive ? createSpinner(terminal) : createLines(terminal), label)
}

interface ThrottledDisplay extends Display {
  msBetween: number
}

function showThrottled(display: ThrottledDisplay, label: string): Progress {
  let text = label
  let nextAt = performance.now() + msUntilShown
  let timer: NodeJS.Timeout | undefined
  // The work may wait without updates, or send updates without a pause: both must show.
  const showInTime = (now: number) => {
    timer ??= setTimeout(() => {
      timer = undefined
      showDue()
    }, nextAt - now).unref()
  }
  const showDue = () => {
    const now = performance.now()
    if (now < nextAt) return showInTime(now)
    clearTimeout(timer)
    timer = undefined
    nextAt = now + display.msBetween
    display.show(escapeControls(text))
  }
  showDue()
  return {
    update: (done, detail) => {
      text = joinWords(label, done, detail)
      showDue()
    },
    stop: () => {
      clearTimeout(timer)
      display.stop()
    },
  }
}

function joinWords(label: string, done: number | null, detail: string): string {
  const percent = done === null ? '' : `${Math.floor(done * 100)} %`
  return [label, percent, detail].filter((part) => part !== '').join(' ')
}

function createLines({ stderr }: Terminal): ThrottledDisplay {
  return {
    msBetween: msBetweenLines,
    show: (text) => void stderr.stream.write(`${text}\n`),
    stop: () => {},
  }
}

/** ora is loaded only when there is something to show. */
function createSpinner({ stderr }: Terminal): ThrottledDisplay {
  let latest: string | null = null
  let isStopped = false
  let spinner: { text: string; render(): unknown; stop(): unknown } | null = null
  const load = async () => {
    const { default: ora } = await import('ora')
    const color = stderr.isColored ? 'cyan' : false
    if (isStopped) return
    const { stream } = stderr
    spinner = ora({ text: latest ?? '', stream, color, isEnabled: true, discardStdin: false }).start()
  }
  return {
    msBetween: msBetweenFrames,
    show: (text) => {
      if (latest === null) void load()
      latest = text
      if (spinner === null) return
      spinner.text = text
      spinner.render()
    },
    stop: () => {
      isStopped = true
      spinner?.stop()
    },
  }
}
