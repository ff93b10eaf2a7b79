import { countWords, formatCount } from '../domain/count-words.ts'
import type { CutOffRun } from '../domain/run.ts'
import type { WorkEvent } from '../domain/work-event.ts'
import { formatLocalMinute, formatLocalSecond } from './local-time.ts'

/** A text of `progress` follows the name of the work. */
interface DescribedEvent {
  manner: 'debug' | 'note' | 'warning' | 'progress'
  text: string
  /** Share of the work, from 0 to 1; null if unknown, and for other manners. */
  done: number | null
}

type Describe = { [Kind in WorkEvent['kind']]: (event: Extract<WorkEvent, { kind: Kind }>) => DescribedEvent }

const descriptions: Describe = {
  debug: ({ text }) => ({ manner: 'debug', text, done: null }),
  warning: ({ text }) => warn(text),
  retry: ({ text }) => note(text),
  gitlab_warning: ({ text }) => warn(text),
  cut_off_run: ({ run, isOnThisHost }) => warn(describeCutOff(run, isOnThisHost)),
  clock_behind: (event) => warn(describeClock(event)),
  waiting_for_typing: ({ content, isHidden = false }) =>
    note(
      `Reading ${content} from this terminal. Type it, then press Enter and Ctrl-D.${isHidden ? ' It is not shown.' : ''}`,
    ),
  waiting_for_store: () => proceed(null, '(waiting for another process that writes to the store)'),
  rows_decided: ({ rows, done }) => proceed(done, `(${countWords(rows, 'row')})`),
  changes_pushed: ({ settled, total }) =>
    proceed(
      settled / Math.max(1, total),
      `(${formatCount(settled)} of ${countWords(total, 'change')} answered by GitLab)`,
    ),
  waiting_for_gitlab: (event) => note(describeWait(event)),
  earlier_changes_pushed: (event) => warn(describeEarlierChanges(event)),
  users_read: ({ list, read, total }) => proceed(...describeReading(list, read, total)),
  users_looked_up: ({ asked, total }) =>
    proceed(
      asked / Math.max(1, total),
      `(${formatCount(asked)} of ${countWords(total, 'user')} looked up in GitLab)`,
    ),
  many_addresses_looked_up: ({ count }) =>
    note(
      `Looking up ${formatCount(count)} email addresses in GitLab, one by one. --no-lookup leaves this out.`,
    ),
  addresses_not_looked_up: (event) => note(describeNoLookUp(event)),
  store_written: ({ done }) => proceed(done, ''),
}

export function describeEvent(event: WorkEvent): DescribedEvent {
  const describe = descriptions[event.kind] as (event: WorkEvent) => DescribedEvent
  return describe(event)
}

function note(text: string): DescribedEvent {
  return { manner: 'note', text, done: null }
}

function warn(text: string): DescribedEvent {
  return { manner: 'warning', text, done: null }
}

function proceed(done: number | null, text: string): DescribedEvent {
  return { manner: 'progress', text, done }
}

function describeReading(
  list: 'holders' | 'free',
  read: number,
  total: number | null,
): [done: number | null, text: string] {
  const countUsers = (count: number) =>
    list === 'holders' ? countWords(count, 'holder') : `${countWords(count, 'user')} without a seat`
  if (total === null) return [null, `(${countUsers(read)} read)`]
  return [Math.min(1, read / Math.max(1, total)), `(${formatCount(read)} of ${countUsers(total)} read)`]
}

function describeClock({ now, lastAt }: Extract<WorkEvent, { kind: 'clock_behind' }>): string {
  return `The clock shows ${formatLocalSecond(now)}, and the last change of the store was made at ${formatLocalSecond(lastAt)}. Check the clock: dates of seats may be wrong. No seat is lost.`
}

function describeWait({ changes, mostMs }: Extract<WorkEvent, { kind: 'waiting_for_gitlab' }>): string {
  const [have, them] = changes === 1 ? ['change has', 'it'] : ['changes have', 'them']
  const seconds = formatCount(Math.ceil(mostMs / 1000))
  return `${formatCount(changes)} ${have} no answer, and GitLab may still work on ${them}. Waiting for up to ${seconds} s until it shows ${them}.`
}

function describeNoLookUp({
  count,
  reason,
}: Extract<WorkEvent, { kind: 'addresses_not_looked_up' }>): string {
  const addresses = count === 1 ? '1 email address was' : `${formatCount(count)} email addresses were`
  return `${addresses} not looked up in GitLab. ${reason}`
}

function describeCutOff({ id, command, source, startedAt, host }: CutOffRun, isOnThisHost: boolean): string {
  const typed = [command, source].filter((part) => part !== null).join(' ')
  const run = `Run ${id} (${typed}, started ${formatLocalMinute(startedAt)})`
  return isOnThisHost
    ? `${run} was cut off and changed nothing. Run it again.`
    : `${run} has not finished. Unless it still runs on ${host}, it was cut off and changed nothing: run it again.`
}

function describeEarlierChanges({
  confirmed,
  refused,
  pending,
}: Extract<WorkEvent, { kind: 'earlier_changes_pushed' }>): string {
  const counts = [...new Set(refused)].map(
    (kind) => `${formatCount(refused.filter((outcome) => outcome === kind).length)} ${kind}`,
  )
  const parts = [
    `${formatCount(confirmed)} confirmed`,
    ...counts,
    ...(pending > 0 ? [`${formatCount(pending)} still pending`] : []),
  ]
  return `Changes that earlier runs had left pending: ${parts.join(', ')}.`
}
