import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { runMain } from '../support/run-main.ts'
import { openTeam, team, withBothAddOns } from '../support/sample-team.ts'

const atNine = { env: frozenClock }

/** Ada, Bob and Dora hold three of four seats. Dora is blocked. */
const holders = { seats: [1, 2, 4].map((id) => makeSeat(id)) }

const taken = { success: true, message: 'Seat removed.' }

describe('unassign', () => {
  const names = ['@BOB', 'dora@example.com', 'eve', 'typo', 'twins@example.com', 'bob']

  const document = {
    schema: 1,
    run: {
      id: 1,
      command: 'unassign',
      add_on: 'duo-pro',
      dry_run: false,
      started_at: frozenNow,
      finished_at: frozenNow,
    },
    summary: {
      rows: 6,
      outcomes: { unassigned: 2, not_assigned: 1, duplicate: 1, user_not_found: 1, ambiguous_user: 1 },
      needed: 0,
      removals: 2,
      free_before: 1,
      free_after: 3,
      short: 0,
    },
    recorded_only: true,
    results: [
      makeRow(null, '@BOB', team.bob, 'unassigned', taken),
      makeRow(null, 'dora@example.com', team.dora, 'unassigned', {
        success: true,
        reason: 'blocked',
        message: 'Seat removed. The user is blocked.',
      }),
      makeRow(null, 'eve', team.eve, 'not_assigned', {
        success: true,
        message: 'The user has no seat.',
      }),
      makeUnknownRow(null, 'typo', 'user_not_found', 'No user has the username "typo".'),
      makeUnknownRow(
        null,
        'twins@example.com',
        'ambiguous_user',
        'The row does not match exactly one user: email "twins@example.com" matches @twin-one and @twin-two.',
      ),
      makeRow(null, 'bob', team.bob, 'duplicate', {
        success: true,
        message: 'Same user as an earlier name.',
      }),
    ],
  }

  /** The results of a dry run. */
  const previewed = document.results.map((row) => ({
    ...row,
    message: row.message.replace('Seat removed.', 'Seat would be removed.'),
  }))

  test('unassign removes the seats of eligible and ineligible users, and prints one result for each name', async () => {
    const workdir = await openTeam(holders)
    expect(await workdir.runForJson<RunDocument>(3, ['unassign', '--yes', ...names], atNine)).toEqual(
      document,
    )
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('unassign --dry-run prints the results of the run and writes nothing', async () => {
    const workdir = await openTeam(holders)
    const before = readStore(workdir)
    const preview = await workdir.inProcess.runForJson<RunDocument>(
      3,
      ['unassign', ...names, '--dry-run'],
      atNine,
    )
    expect(preview).toEqual({
      ...document,
      run: { ...document.run, id: null, dry_run: true },
      results: previewed,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('unassign prints a table', async () => {
    const workdir = await openTeam(holders)
    expect(await workdir.inProcess.run(['unassign', '--yes', 'bob', 'eve', 'typo'])).toEqual({
      code: 3,
      stderr: '',
      stdout: `\
USER  OUTCOME           MESSAGE
Bob   ✓ unassigned      Seat removed.
eve   ✓ not_assigned    The user has no seat.
typo  ✗ user_not_found  No user has the username "typo".

3 rows: 1 unassigned, 1 not_assigned, 1 user_not_found.
Seats free: 1 before, 2 after.
Recorded in the store only: GitLab itself was not changed.
`,
    })
  })

  test('unassign prints ndjson and csv', async () => {
    const workdir = await openTeam(holders)
    const ndjson = await workdir.inProcess.runExpecting(0, [
      'unassign',
      'bob',
      '--dry-run',
      '--format',
      'ndjson',
    ])
    expect(JSON.parse(ndjson)).toEqual(
      makeRow(null, 'bob', team.bob, 'unassigned', { success: true, message: 'Seat would be removed.' }),
    )
    expect(await workdir.inProcess.runExpecting(0, ['unassign', 'bob', '--format', 'csv'])).toBe(`\
line,input,username,user_id,outcome,success,reason,message,suggestions
,bob,Bob,2,unassigned,true,,Seat removed.,
`)
  })

  test('unassign changes nothing the second time', async () => {
    const workdir = await openTeam(holders)
    await workdir.inProcess.runExpecting(0, ['unassign', '--yes', 'bob', 'dora'])
    const { summary } = await workdir.inProcess.runForJson<RunDocument>(0, ['unassign', 'bob', 'dora'])
    expect(summary).toMatchObject({
      outcomes: { not_assigned: 2 },
      removals: 0,
      free_before: 3,
      free_after: 3,
    })
  })

  test('unassign frees the seat for another user, and the record of both runs stays', async () => {
    const workdir = await openTeam({ ...holders, add_on_purchases: [makePurchase({ quantity: 3 })] })
    await workdir.inProcess.runExpecting(3, ['assign', 'eve'])
    await workdir.inProcess.runExpecting(0, ['unassign', 'bob'])
    await workdir.inProcess.runExpecting(0, ['assign', 'eve'])
    expect(listHolders(workdir)).toEqual(['ada', 'dora', 'eve'])
    const { runs } = await workdir.inProcess.runForJson<{ runs: { command: string }[] }>(0, [
      'runs',
      '--user',
      'bob',
    ])
    expect(runs.map(({ command }) => command)).toEqual(['unassign'])
  })

  test('unassign --yes asks no question before it removes several seats', async () => {
    const workdir = await openTeam(holders)
    await workdir.inProcess.runExpecting(0, ['unassign', '--yes', 'ada', 'bob', 'dora', '--yes'])
    expect(listHolders(workdir)).toEqual([])
  })

  test('unassign writes every result to --results', async () => {
    const workdir = await openTeam(holders)
    await workdir.inProcess.runExpecting(0, ['unassign', 'bob', '--results', 'all.ndjson', '-q'])
    expect(JSON.parse(workdir.read('all.ndjson'))).toEqual(
      makeRow(null, 'bob', team.bob, 'unassigned', taken),
    )
  })
})

describe('unassign with two add-ons', () => {
  test('unassign requires --add-on where two add-ons are active', async () => {
    const workdir = await openTeam(withBothAddOns)
    const { code, stderr } = await workdir.inProcess.run(['unassign', 'ada'])
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error: More than one add-on has seats.'])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('unassign removes the seat of the chosen add-on only', async () => {
    const seats = [makeSeat(1), makeSeat(1, { add_on_purchase_id: 2 })]
    const workdir = await openTeam({ ...withBothAddOns, seats })
    const { results } = await workdir.inProcess.runForJson<RunDocument>(0, [
      'unassign',
      'ada',
      '--add-on',
      'duo-enterprise',
    ])
    expect(results.map(({ message }) => message)).toEqual(['Seat removed.'])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('unassign refuses to change an add-on that has expired', async () => {
    const expired = [makePurchase({ expires_on: '2026-03-02' })]
    const workdir = await openTeam({ ...holders, add_on_purchases: expired })
    const { code, stderr } = await workdir.inProcess.run(['unassign', 'ada'], atNine)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*2026-03-02.* Its seats cannot be changed\.\nhint: .+\n$/)
  })
})

test.each([
  ['a missing name', ['unassign'], /missing required argument 'username'/],
  ['--on-shortage', ['unassign', 'ada', '--on-shortage', 'fail'], /unknown option/],
  ['--max-removals', ['unassign', 'ada', '--max-removals', '1'], /unknown option/],
])('unassign rejects %s', async (_, args, told) => {
  const { code, stdout, stderr } = await runMain(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(told)
})
