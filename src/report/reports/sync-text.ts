import { addOns, describeSeatsHeld } from '../../domain/add-on.ts'
import { countWords, formatCount, listNames } from '../../domain/count-words.ts'
import type { Instant } from '../../domain/day.ts'
import { nameStore } from '../../domain/name-store.ts'
import { describeScope } from '../../domain/snapshot.ts'
import {
  describeSyncChange,
  type SyncChange,
  type SyncChangeCode,
  type SyncReport,
  syncChangeCodes,
} from '../../domain/sync-change.ts'
import { escapeControls } from '../escape-controls.ts'
import { formatAge, formatLocalMinute } from '../local-time.ts'
import type { Page } from '../page.ts'
import { wrapProse } from '../wrap-prose.ts'
import { listSurplusLines } from './surplus-text.ts'

const mostNames = 20

/** Counts users; names purchases and seats. */
export async function writeSyncText(
  report: SyncReport,
  { output, style, width, now, namedStore }: Page,
): Promise<void> {
  const lines = [
    style.bold(escapeControls(describeScope(report.subscription))),
    escapeControls(describeState(report, now)),
    '',
    ...describePush(report),
    ...describeChanges(report),
    ...report.surpluses.flatMap(listSurplusLines).map((line) => nameStore(line, namedStore)),
    '',
    describeTotals(report),
  ]
  await output.write(`${wrapProse(lines.join('\n'), width)}\n`)
}

function describeState({ takenAt, subscription }: SyncReport, now: Instant | undefined): string {
  const { plan, gitlabVersion, lastSyncAt } = subscription
  const synchronised =
    lastSyncAt === null ? '' : `, subscription synchronised ${formatLocalMinute(lastSyncAt)}`
  const age = now === undefined ? '' : ` (${formatAge(takenAt, now)})`
  return `Taken at ${formatLocalMinute(takenAt)}${age}, plan ${plan}, GitLab ${gitlabVersion}${synchronised}`
}

function describePush({ pushed }: SyncReport): string[] {
  if (pushed === null) return []
  const { confirmed, refused, pending } = pushed
  const parts = [
    [confirmed, 'confirmed by GitLab'],
    [refused, 'refused by GitLab'],
    [pending, 'still pending'],
  ] as const
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`)
  return [`Pending changes: ${words.join(', ') || 'none left'}.`]
}

/** Reported as long as they hold, also without a change in this sync. */
const findings: readonly SyncChangeCode[] = [
  'seat_kept',
  'removal_kept',
  'holder_not_eligible',
  'seats_exceeded',
]

function describeChanges(report: SyncReport): string[] {
  const isUnchanged = syncChangeCodes.every((code) => findings.includes(code) || !report.counts[code])
  const lines = isUnchanged ? ['No change.'] : []
  const users = describeUsers(report)
  if (users !== null) lines.push(users)
  return [...lines, ...collectGroups(report.readChanges(namedCodes)).map(describeGroup)]
}

/** `57 users. GitLab Duo Pro: 3 of 6 seats held. 18 changes.` */
function describeTotals({ totals, counts }: SyncReport): string {
  const changes = syncChangeCodes
    .filter((code) => !findings.includes(code))
    .reduce((sum, code) => sum + (counts[code] ?? 0), 0)
  const seats = totals.purchases.map((purchase) => `${describeSeatsHeld(purchase)}.`)
  return [`${countWords(totals.users, 'user')}.`, ...seats, `${countWords(changes, 'change')}.`].join(' ')
}

function describeUsers({ counts, activityUpdated }: SyncReport): string | null {
  const parts = [
    [counts.user_added, 'new'],
    [counts.user_changed, 'changed'],
    [counts.user_gone, 'gone'],
    [activityUpdated, 'with other activity days'],
  ] as const
  const words = parts.filter(([count]) => count).map(([count, word]) => `${formatCount(count ?? 0)} ${word}`)
  return words.length === 0 ? null : `Users: ${words.join(', ')}.`
}

interface ChangeGroup {
  first: SyncChange
  count: number
  names: string[]
}

const describers: Partial<Record<SyncChangeCode, (group: ChangeGroup) => string>> = {
  add_on_purchase_added: ({ first }) => escapeControls(`New purchase: ${first.after}.`),
  add_on_purchase_changed: ({ first }) =>
    escapeControls(`Changed purchase: ${first.before}; now ${first.after}.`),
  add_on_purchase_gone: ({ first }) => escapeControls(`Purchase gone: ${first.before}.`),
  seat_refused: (group) => `${nameProduct(group.first)}: pending seats refused: ${listGroup(group)}.`,
  removal_refused: (group) => `${nameProduct(group.first)}: pending removals refused: ${listGroup(group)}.`,
  seat_gained: (group) => `${nameSeats(group)} gained: ${listGroup(group)}.`,
  seat_lost: (group) => `${nameSeats(group)} lost: ${listGroup(group)}.`,
  seat_kept: (group) =>
    `${nameSeats(group)} kept, since assigned after the snapshot was taken: ${listGroup(group)}.`,
  removal_kept: (group) =>
    `${nameSeats(group)} of the snapshot left out, since removed after it was taken: ${listGroup(group)}.`,
  holder_not_eligible: (group) =>
    `${nameProduct(group.first)}: ${countWords(group.count, 'holder')} not eligible: ${listGroup(group)}.`,
  seats_exceeded: ({ first }) => `${nameProduct(first)}: ${escapeControls(describeSyncChange(first))}`,
}

/** Changes of users, who may be many, are not read. */
const namedCodes = syncChangeCodes.filter((code) => describers[code] !== undefined)

function collectGroups(changes: Iterable<SyncChange>): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>()
  for (const change of changes) {
    const key = `${change.change} ${change.addOn}`
    const group = groups.get(key) ?? { first: change, count: 0, names: [] }
    groups.set(key, group)
    group.count += 1
    if (group.names.length < mostNames) group.names.push(nameHolder(change))
  }
  return [...groups.values()]
}

function describeGroup(group: ChangeGroup): string {
  return describers[group.first.change]?.(group) ?? ''
}

function nameSeats({ first, count }: ChangeGroup): string {
  return `${nameProduct(first)}: ${countWords(count, 'seat')}`
}

function listGroup({ names, count }: ChangeGroup): string {
  return listNames(names, count)
}

function nameProduct({ addOn }: SyncChange): string {
  return addOn === null ? 'GitLab Duo' : addOns[addOn].product
}

/** With the reason or the outcome. */
function nameHolder({ change, username, userId, before, after }: SyncChange): string {
  const name = username === null ? `user ${userId}` : `@${username}`
  const why = change === 'holder_not_eligible' ? after : change.endsWith('_refused') ? before : null
  return escapeControls(why === null ? name : `${name} (${why.replaceAll('_', ' ')})`)
}
