import { addOns } from '../../domain/add-on.ts'
import type { Instant } from '../../domain/day.ts'
import type { RecordedRun, RunState } from '../../domain/recorded-run.ts'
import { escapeControls } from '../escape-controls.ts'
import { formatAge, formatLocalSecond } from '../local-time.ts'
import type { Page } from '../page.ts'

/** Unknown facts have no line. */
export async function writeRunFacts(
  run: RecordedRun,
  state: RunState,
  { output, style, now }: Page,
): Promise<void> {
  const facts: [string, string | null][] = [
    ['Command', [nameCommand(run), ...listOptions(run.options)].join(' ')],
    ['Add-on', addOns[run.addOn].product],
    ['File', run.source],
    ['Members', describeMembers(run.options)],
    ['SHA-256', run.sourceSha256],
    ['Settled', describeSettled(run.options)],
    ['Left out', describeLeftOut(run.options)],
    ['Who', `${run.actor} on ${run.host}`],
    ['GitLab', describeTokenUser(run)],
    ['CI user', run.ciUser === null ? null : `@${run.ciUser}`],
    ['CI job', run.ciJobUrl],
    ['Started', describeTime(run.startedAt, now)],
    ['Finished', run.finishedAt && formatLocalSecond(run.finishedAt)],
    ['State', stateSentences[state]],
  ]
  const lines = facts.flatMap(([label, value]) =>
    value === null ? [] : [`${style.dim(`${label}:`.padEnd(labelWidth))}${escapeControls(value)}\n`],
  )
  await output.write(`${style.bold(`Run ${run.id}`)}\n${lines.join('')}`)
}

function describeTokenUser({ gitlabUserId, gitlabUsername }: RecordedRun): string | null {
  return gitlabUserId === null ? null : `@${gitlabUsername}, user ${gitlabUserId}, by the token`
}

function describeTime(instant: Instant, now: Instant | undefined): string {
  const age = now === undefined ? '' : ` (${formatAge(instant, now)})`
  return `${formatLocalSecond(instant)}${age}`
}

const labelWidth = 'Finished:  '.length

/** As typed, without options; an undo with its run. */
export function nameCommand({ command, options }: RecordedRun): string {
  const undone = options[undoneRun] ?? null
  return undone === null ? command : `${command} ${undone}`
}

const undoneRun = 'undone_run'

function listOptions(options: RecordedRun['options']): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === null || value === false || untyped.includes(name)) return []
    const flag = `--${name.replaceAll('_', '-')}`
    return value === true ? [flag] : [value].flat().flatMap((one) => [flag, String(one)])
  })
}

/** Found in the groups. */
const memberCount = 'members'

/** Decided on the page, as `LINE:USER_ID`. */
const settledRows = 'settled'

const leftOutRows = 'left_out'

const untyped = [undoneRun, memberCount, settledRows, leftOutRows]

function describeSettled(options: RecordedRun['options']): string | null {
  const rows = [options[settledRows] ?? []].flat().map((row) => String(row).split(':'))
  return rows.length === 0 ? null : rows.map(([line, id]) => `line ${line} as user ${id}`).join(', ')
}

function describeLeftOut(options: RecordedRun['options']): string | null {
  const lines = [options[leftOutRows] ?? []].flat()
  return lines.length === 0 ? null : `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`
}

function describeMembers(options: RecordedRun['options']): string | null {
  const count = options[memberCount] ?? null
  return count === null ? null : `${count} in the groups`
}

const stateSentences: Record<RunState, string> = {
  finished: 'finished',
  refused: 'refused as a whole: nothing was written',
  running: 'still running',
  cut_off: 'cut off: it changed nothing',
}
