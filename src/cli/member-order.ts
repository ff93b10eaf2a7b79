import { countWords, formatCount } from '../domain/count-words.ts'
import { dayOf } from '../domain/day.ts'
import { UserError } from '../errors.ts'
import { MemberList, type MemberReading } from '../orders/member-list.ts'
import type { Order } from '../orders/order.ts'
import type { RequestList } from '../orders/request-source.ts'
import type { App } from './app.ts'
import { performListedOrder, performTypedOrder } from './listed-order.ts'
import type { CsvRunOptions } from './options/list-options.ts'
import { type MemberOptions, refuseWithoutGroups } from './options/member-options.ts'
import type { PerformedOrder } from './perform-order.ts'

export interface MemberRunOptions extends CsvRunOptions, MemberOptions {
  membersOf?: readonly string[]
}

/**
 * From the members of groups, or from a CSV.
 *
 * @throws UserError without a list, or with both
 */
export async function performMemberOrder(
  app: App,
  file: string | undefined,
  options: MemberRunOptions & { givesSeats: boolean },
  makeOrder: (list: RequestList) => Order,
): Promise<PerformedOrder> {
  const { membersOf, givesSeats } = options
  if (membersOf === undefined) {
    refuseWithoutGroups(options, '--members-of')
    return performListedOrder(app, requireListPath(file), options, makeOrder)
  }
  if (file !== undefined) throw createTwoListsError(file, '--members-of')
  const members = createMemberList(app, membersOf, options, givesSeats)
  return noteMembersOf(app, members, () => performTypedOrder(app, makeOrder(members), options))
}

export function createMemberList(
  { session }: App,
  groups: readonly string[],
  { minRole, inherited, withSubgroups, withInvited }: MemberOptions,
  givesSeats: boolean,
): MemberList {
  return new MemberList({
    groups,
    minRole: minRole ?? null,
    relations: [
      ...(inherited ? (['inherited'] as const) : []),
      ...(withSubgroups ? (['subgroups'] as const) : []),
      ...(withInvited ? (['invited'] as const) : []),
    ],
    today: dayOf(session.readClock()),
    givesSeats,
  })
}

export async function noteMembersOf<T>(app: App, members: MemberList, perform: () => Promise<T>): Promise<T> {
  try {
    return await perform()
  } finally {
    const { reading } = members
    if (reading !== null) noteMembers(app, members, reading)
  }
}

function noteMembers({ terminal }: App, members: MemberList, reading: MemberReading): void {
  for (const group of reading.groups.filter((one) => members.isEmpty(one)))
    terminal.warn(`The group ${group.fullPath} has no members who count. The other groups were used.`)
  const left = [...reading.leftOut].map(([reason, count]) => `${formatCount(count)} ${reason}`)
  const none = reading.areAllHoldersListed ? 'none' : 'none that GitLab lists'
  if (left.length > 0)
    terminal.note(`Left out, since they cannot be given a seat and hold ${none}: ${left.join(', ')}.`)
  if (reading.invitations > 0)
    terminal.note(
      `Left out, since no user has accepted them: ${countWords(reading.invitations, 'invitation')}.`,
    )
  if (reading.expired > 0)
    terminal.note(`Left out, since they have expired: ${countWords(reading.expired, 'membership')}.`)
  if (reading.uncertain.length > 0)
    terminal.note(
      `Left as they are, since another membership may be hidden behind an expired one: ${countWords(reading.uncertain.length, 'user')}.`,
    )
}

function requireListPath(file: string | undefined): string {
  if (file !== undefined) return file
  throw new UserError(
    'usage',
    'No list is given.',
    'Name a CSV file, - for standard input, or a group: --members-of acme/platform.',
  )
}

export function createTwoListsError(file: string, option: string): UserError {
  return new UserError('usage', `Both the file ${file} and ${option} are given.`, 'Leave out one of them.')
}
