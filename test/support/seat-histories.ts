import fc from 'fast-check'
import { type AddOn, addOnNames } from '../../src/domain/add-on.ts'
import type { Cap } from '../../src/domain/cap.ts'
import type { Request } from '../../src/domain/request.ts'
import type { RunCommand } from '../../src/domain/run-command.ts'
import { shortagePolicies } from '../../src/domain/shortage.ts'
import { createCsvRequest } from '../../src/input/csv/csv-request.ts'
import { makeSeat, makeUser } from '../store/sample-store.ts'
import { rowOfName, rowOfUser } from './person-rows.ts'
import { emails, id, ids, usernames, type World, worlds } from './worlds.ts'

/** The differences that `apply` removes. */
export type ApplyMode = 'equal' | 'add-only' | 'remove-only'

/** A typed command that changes seats; facts that the command does not use are ignored. */
export interface PlayedOrder {
  command: RunCommand
  addOn: AddOn
  /** The list; for `reclaim` the excepted users. */
  list: Request[]
  onShortage: (typeof shortagePolicies)[number]
  maxRemovals: Cap
  maxUnknown: Cap
  mode: ApplyMode
  days: number
  includeNeverActive: boolean
  toFree: number | null
  /** The undone run, counted back from the last one. */
  runsBack: number
}

export type Step = { sync: World } | { run: PlayedOrder; dryRun: boolean }

export interface History {
  first: World
  steps: Step[]
}

/** An order about users with these ids. */
export function makeOrder(
  command: RunCommand,
  userIds: readonly number[],
  facts: Partial<PlayedOrder> = {},
): PlayedOrder {
  return {
    command,
    addOn: 'duo-pro',
    list: userIds.map(nameById),
    onShortage: 'fill',
    maxRemovals: { percent: 100 },
    maxUnknown: { percent: 100 },
    mode: 'equal',
    days: 30,
    includeNeverActive: false,
    toFree: null,
    runsBack: 0,
    ...facts,
  }
}

function nameById(userId: number): Request {
  return { line: null, input: String(userId), ...rowOfUser(userId) }
}

const typedNames = fc.constantFrom(...usernames, '@ADA', 'bob', 'typo', '', '@', ...emails)

const typed = typedNames.map((input): Request => ({ line: null, input, ...rowOfName(input) }))

/** Rows whose cells may disagree or match no user. */
const cells = fc
  .record({
    username: fc.constantFrom('', ...usernames, 'typo', 'Display Name', 'ada,bob'),
    email: fc.constantFrom('', '', ...emails, 'typo@example.com'),
    userId: fc.constantFrom('', ...ids.map(String), '99', 'A-7'),
  })
  .map(({ username, email, userId }) =>
    createCsvRequest(
      { line: 7, cells: [username, email, userId] },
      { keyColumns: columns, hasNames: true, ignoredNames: [] },
    ),
  )

const columns = [
  { index: 0, kind: 'username' },
  { index: 1, kind: 'email' },
  { index: 2, kind: 'user_id' },
] as const

const lists = fc.array(fc.oneof(typed, cells, id.map(nameById)), { maxLength: 10 })

const removalCaps: fc.Arbitrary<Cap> = fc.oneof(
  fc.nat({ max: 8 }).map((number) => ({ number })),
  fc.constantFrom(0, 10, 50, 100).map((percent) => ({ percent })),
)

const commands: readonly RunCommand[] = [
  'assign',
  'bulk-assign',
  'unassign',
  'bulk-unassign',
  'apply',
  'apply',
  'reclaim',
  'undo',
  'undo',
]

export const orders: fc.Arbitrary<PlayedOrder> = fc.record({
  command: fc.constantFrom(...commands),
  addOn: fc.constantFrom('duo-pro', ...addOnNames),
  list: lists,
  onShortage: fc.constantFrom(...shortagePolicies),
  maxRemovals: removalCaps,
  maxUnknown: fc.constantFrom({ percent: 100 }, { percent: 100 }, { number: 0 }),
  mode: fc.constantFrom<ApplyMode>('equal', 'equal', 'add-only', 'remove-only'),
  days: fc.constantFrom(1, 30, 90),
  includeNeverActive: fc.boolean(),
  toFree: fc.option(fc.nat({ max: 6 })),
  runsBack: fc.oneof(fc.constant(0), fc.nat({ max: 6 })),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ run: orders, dryRun: fc.constant(false) }), weight: 8 },
  { arbitrary: fc.record({ run: orders, dryRun: fc.constant(true) }), weight: 1 },
  { arbitrary: fc.record({ sync: worlds }), weight: 2 },
)

/** A team with any changes of its seats. */
export const histories: fc.Arbitrary<History> = fc.record({
  first: worlds,
  steps: fc.array(step, { maxLength: 10 }),
})

export const few = [1, 2, 3]
const busyTeam = {
  users: few.map((userId) => makeUser(userId, usernames[userId] ?? '')),
  quantities: { 'duo-pro': 2, 'duo-enterprise': 2 },
}

export const busyOrders = fc
  .record({
    command: fc.constantFrom<RunCommand>('bulk-assign', 'bulk-unassign', 'apply', 'undo'),
    userIds: fc.uniqueArray(fc.constantFrom(...few), { minLength: 1 }),
    addOn: fc.constantFrom('duo-pro', 'duo-pro', 'duo-enterprise'),
    runsBack: fc.nat({ max: 6 }),
  })
  .map(({ command, userIds, addOn, runsBack }) => makeOrder(command, userIds, { addOn, runsBack }))

/** Few users, all eligible, some with a seat. */
export const busySyncs = fc
  .uniqueArray(fc.constantFrom(...few))
  .map((userIds) => userIds.map((userId) => makeSeat(userId)))
  .map((seats): World => ({ ...busyTeam, seats, isStale: false }))

/** Few users, all eligible, who get and lose their seats many times, sometimes by a sync. */
export const busyHistories: fc.Arbitrary<History> = fc.record({
  first: busySyncs,
  steps: fc.array(
    fc.oneof(
      { arbitrary: fc.record({ run: busyOrders, dryRun: fc.constant(false) }), weight: 8 },
      { arbitrary: fc.record({ sync: busySyncs }), weight: 1 },
    ),
    { minLength: 3, maxLength: 10 },
  ),
})
