import type { WorkEvent } from '../../domain/work-event.ts'
import { describeEvent } from '../../report/describe-event.ts'
import { type Progress, startProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** Notes, warnings and progress on stderr. */
export class EventDisplay {
  readonly #terminal: Terminal
  readonly #isDebug: boolean
  #progress: Progress | null = null

  constructor(terminal: Terminal, isDebug: boolean) {
    this.#terminal = terminal
    this.#isDebug = isDebug
  }

  readonly tell = (event: WorkEvent): void => {
    const { manner, text, done } = describeEvent(event)
    if (manner === 'progress') this.#progress?.update(done, text)
    else if (manner === 'warning') this.#terminal.warn(text)
    else if (manner === 'note' || this.#isDebug) this.#terminal.note(text)
  }

  /** `end` may be repeated. */
  begin(label: string): { end: () => void } {
    const progress = startProgress(this.#terminal, label)
    this.#progress = progress
    const end = () => {
      progress.stop()
      if (this.#progress === progress) this.#progress = null
    }
    return { end }
  }
}
