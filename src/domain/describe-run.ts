import { formatCount } from './count-words.ts'
import { quoteForShell } from './quote-for-shell.ts'
import type { RecordedOptions, RecordedRun, RunState } from './recorded-run.ts'

type TypedRun = Pick<RecordedRun, 'command' | 'options'>

/** Without options; an undo with its run. */
export function nameCommand({ command, options }: TypedRun): string {
  const undone = options[undoneRun] ?? null
  return undone === null ? command : `${command} ${undone}`
}

/** Null unless the run is an undo. */
export function describeUndoOfUndo({ id, options }: Pick<RecordedRun, 'id' | 'options'>): string | null {
  const undone = options[undoneRun] ?? null
  return undone === null
    ? null
    : `Run ${id} was an undo of run ${undone}: to undo it means to repeat run ${undone}.`
}

/** With the options that counted, for a shell. */
export function nameWholeCommand(run: TypedRun): string {
  return [nameCommand(run), ...listOptions(run.options)].join(' ')
}

const undoneRun = 'undone_run'

/** Found in the groups. */
const memberCount = 'members'

/** Decided on the page, as `LINE:USER_ID`. */
const settledRows = 'settled'

const leftOutRows = 'left_out'

const untyped = [undoneRun, memberCount, settledRows, leftOutRows]

function listOptions(options: RecordedOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === null || value === false || untyped.includes(name)) return []
    const flag = `--${name.replaceAll('_', '-')}`
    return value === true ? [flag] : [value].flat().flatMap((one) => [flag, quoteForShell(String(one))])
  })
}

export function describeMembers(options: RecordedOptions): string | null {
  const count = options[memberCount] ?? null
  return count === null ? null : `${formatCount(String(count))} in the groups`
}

export function describeSettled(options: RecordedOptions): string | null {
  const rows = [options[settledRows] ?? []].flat().map((row) => String(row).split(':'))
  return rows.length === 0 ? null : rows.map(([line, id]) => `line ${line} as user ${id}`).join(', ')
}

export function describeLeftOut(options: RecordedOptions): string | null {
  const lines = [options[leftOutRows] ?? []].flat()
  return lines.length === 0 ? null : `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`
}

export const runStates: Record<RunState, { word: string; sentence: string }> = {
  finished: { word: 'finished', sentence: 'finished' },
  refused: { word: 'refused', sentence: 'refused as a whole: nothing was written' },
  running: { word: 'running', sentence: 'still running' },
  cut_off: { word: 'cut off', sentence: 'cut off: it changed nothing' },
}
