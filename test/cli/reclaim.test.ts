import { describe, expect, test } from 'vitest'
import type { Finished, Runner } from '../support/command-line.ts'
import { frozenClock } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser, type SnapshotUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { makeRow, type ResultRow, type RunDocument } from '../support/run-document.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'

const atNine = { env: frozenClock }

function lastUsed(day: string | null, facts: Partial<SnapshotUser> = {}): Partial<SnapshotUser> {
  return { last_duo_activity_on: day, ...facts }
}

const longAgo = { assigned_at: '2025-06-01T00:00:00Z' }

/**
 * Nine of twelve seats are held. On 2026-03-02 `ada`, `Bob` and `age-unknown` are idle for 60 days, and `dora` is not eligible.
 */
const holders = {
  add_on_purchases: [makePurchase({ quantity: 12 })],
  users: [
    makeUser(1, 'ada', lastUsed('2025-11-01')),
    makeUser(2, 'Bob', lastUsed('2025-09-01')),
    makeUser(3, 'carol', lastUsed('2026-02-28')),
    makeUser(4, 'dora', lastUsed('2026-03-01', { state: 'blocked' })),
    makeUser(5, 'never-used', lastUsed(null)),
    makeUser(6, 'age-unknown', lastUsed('2025-10-01')),
    makeUser(7, 'young-unused', lastUsed(null)),
    makeUser(8, 'young-idle', lastUsed('2025-08-01')),
    makeUser(9, 'nothing-known', lastUsed(null)),
    makeUser(10, 'zoe', lastUsed('2020-01-01')),
  ],
  seats: [
    ...[1, 2, 3, 4, 5].map((id) => makeSeat(id, longAgo)),
    makeSeat(6),
    makeSeat(7, { assigned_at: '2026-02-20T00:00:00Z' }),
    makeSeat(8, { assigned_at: '2026-01-02T00:00:00Z' }),
    makeSeat(9),
  ],
}

const allHolders = [
  'ada',
  'age-unknown',
  'Bob',
  'carol',
  'dora',
  'never-used',
  'nothing-known',
  'young-idle',
  'young-unused',
]

const reclaim = ['reclaim', '--inactive-for', '60d', '--max-removals', '60%']

const leftAlone = `\
Kept, since no GitLab Duo activity is recorded: 2. To remove those that are old enough, add --include-never-active.
`

const toTake = 'To remove the seats, add --yes.\n'

function makePlan(isDryRun: boolean): string {
  const message = isDryRun ? 'Seat would be removed.' : 'Seat removed.'
  const kept = isDryRun ? 'Seat would be kept' : 'Seat kept'
  return `\
   USER           OUTCOME       MESSAGE
-  dora           ✓ unassigned  ${message} The user is blocked.
-  Bob            ✓ unassigned  ${message} The last GitLab Duo activity was on 2025-09-01.
-  age-unknown    ✓ unassigned  ${message} The last GitLab Duo activity was on 2025-10-01.
-  ada            ✓ unassigned  ${message} The last GitLab Duo activity was on 2025-11-01.
?  never-used     ✓ left_alone  ${kept}: no GitLab Duo activity is recorded.
?  nothing-known  ✓ left_alone  ${kept}: no GitLab Duo activity is recorded.

+ 0 to assign, - 4 to remove, = 0 unchanged, ? 2 left alone, ! 0 not possible.
6 rows: 4 unassigned, 2 left_alone.
Seats free: 3 before, 7 after.
`
}

const plan = `Preview: no seat is removed.\n\n${makePlan(true)}`
const notLinked = 'The store is not linked: GitLab itself would not be changed.\n'
const dryRun = `Dry run: nothing was written.\n${notLinked}`
const reportOfRun = `${makePlan(false)}Recorded in the store only: GitLab itself was not changed.\n`

function makeTaken(
  user_id: number,
  username: string,
  cause: string,
  reason: string | null = null,
): ResultRow {
  const message = `Seat removed. ${cause}`
  return {
    line: null,
    input: username,
    username,
    user_id,
    outcome: 'unassigned',
    success: true,
    reason,
    message,
    suggestions: [],
  }
}

const takenDora = makeTaken(4, 'dora', 'The user is blocked.', 'blocked')
const takenBob = makeTaken(2, 'Bob', 'The last GitLab Duo activity was on 2025-09-01.')
const takenAgeUnknown = makeTaken(6, 'age-unknown', 'The last GitLab Duo activity was on 2025-10-01.')
const takenNeverUsed = makeTaken(5, 'never-used', 'No GitLab Duo activity is recorded.')
const takenAda = makeTaken(1, 'ada', 'The last GitLab Duo activity was on 2025-11-01.')

function makeLeft(user_id: number, username: string, unknown: 'activity' | 'age'): ResultRow {
  const message =
    unknown === 'activity'
      ? 'Seat kept: no GitLab Duo activity is recorded.'
      : 'Seat kept: no GitLab Duo activity is recorded, and the age of the seat is unknown.'
  const facts = { success: true, reason: `unknown_${unknown}`, message }
  return makeRow(null, username, [user_id, username], 'left_alone', facts)
}

const leftNeverUsed = makeLeft(5, 'never-used', 'activity')
const leftNothingKnown = makeLeft(9, 'nothing-known', 'activity')

/** The results of a run without options. */
const allResults = [takenDora, takenBob, takenAgeUnknown, takenAda, leftNeverUsed, leftNothingKnown]

/** The row of a dry run. */
function previewed(row: ResultRow): ResultRow {
  return { ...row, message: row.message.replace(/^Seat (removed|kept)\b/, 'Seat would be $1') }
}

function repeat(outcome: string, times: number): string[] {
  return Array<string>(times).fill(outcome)
}

function run(runner: Runner, args: readonly string[]): Promise<Finished> {
  return runner.run(args, atNine)
}

async function runForRows(runner: Runner, args: readonly string[], code = 0): Promise<ResultRow[]> {
  return (await runner.runForJson<RunDocument>(code, args, atNine)).results
}

describe('reclaim without --yes', () => {
  test('reclaim prints the seats that it would remove and the reasons, and writes nothing without --yes', async () => {
    const workdir = await openTeam(holders)
    const before = readStore(workdir)
    expect(await run(workdir.inProcess, reclaim)).toEqual({
      code: 0,
      stdout: `${plan}${dryRun}`,
      stderr: leftAlone + toTake,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('reclaim --format json is a dry run without --yes, with a note on stderr', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '--format', 'json'])
    expect([code, stderr]).toEqual([0, `${notLinked}${leftAlone}Nothing was written. ${toTake}`])
    const { run: facts, summary, results } = JSON.parse(stdout) as RunDocument
    expect(facts).toMatchObject({ id: null, command: 'reclaim', dry_run: true })
    expect(summary.outcomes).toEqual({ unassigned: 4, left_alone: 2 })
    expect(summary).toMatchObject({ rows: 6, removals: 4, free_before: 3, free_after: 7 })
    expect(results).toEqual(allResults.map(previewed))
  })

  test('reclaim --quiet without --yes prints nothing', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir.inProcess, [...reclaim, '-q'])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(listHolders(workdir)).toEqual(allHolders)
  })

  test('reclaim does not ask for --yes where no seat would be removed', async () => {
    const workdir = await openTeam({ ...holders, seats: [makeSeat(3, longAgo)] })
    expect(await run(workdir.inProcess, reclaim)).toEqual({ code: 0, stdout: 'Nothing to do.\n', stderr: '' })
  })
})

describe('reclaim --yes', () => {
  test('reclaim --yes removes the seats of the plan, and no other', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir.inProcess, [...reclaim, '--yes'])).toEqual({
      code: 0,
      stdout: reportOfRun,
      stderr: leftAlone,
    })
    const taken = ['ada', 'age-unknown', 'Bob', 'dora']
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => !taken.includes(name)))
    expect(await runForRows(workdir.inProcess, [...reclaim, '-y'])).toEqual([leftNeverUsed, leftNothingKnown])
  })

  test('reclaim --yes --dry-run removes nothing, and does not ask for --yes', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir.inProcess, [...reclaim, '--yes', '--dry-run'])).toEqual({
      code: 0,
      stdout: `${plan}${dryRun}`,
      stderr: leftAlone,
    })
    expect(listHolders(workdir)).toEqual(allHolders)
  })

  test('reclaim --yes prints the rows in every format, and writes them to --results', async () => {
    const ndjson = allResults.map((row) => `${JSON.stringify(row)}\n`).join('')
    const csv = `\
line,input,username,user_id,outcome,success,reason,message,suggestions
,dora,dora,4,unassigned,true,blocked,Seat removed. The user is blocked.,
,Bob,Bob,2,unassigned,true,,Seat removed. The last GitLab Duo activity was on 2025-09-01.,
,age-unknown,age-unknown,6,unassigned,true,,Seat removed. The last GitLab Duo activity was on 2025-10-01.,
,ada,ada,1,unassigned,true,,Seat removed. The last GitLab Duo activity was on 2025-11-01.,
,never-used,never-used,5,left_alone,true,unknown_activity,Seat kept: no GitLab Duo activity is recorded.,
,nothing-known,nothing-known,9,left_alone,true,unknown_activity,Seat kept: no GitLab Duo activity is recorded.,
`
    const first = await openTeam(holders)
    const asNdjson = [...reclaim, '-y', '--format', 'ndjson', '--results', 'results.csv']
    expect(await first.runExpecting(0, asNdjson, atNine)).toBe(ndjson)
    expect(first.read('results.csv')).toBe(csv)
    const second = await openTeam(holders)
    const asCsv = [...reclaim, '-y', '--format', 'csv', '--results', 'results.ndjson']
    expect(await second.inProcess.runExpecting(0, asCsv, atNine)).toBe(csv)
    expect(second.read('results.ndjson')).toBe(ndjson)
  })

  test('runs show quotes the options of a reclaim for a shell', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board members.csv', 'username\nbob\n')
    await workdir.inProcess.runExpecting(0, [...reclaim, '-y', '--except', 'board members.csv'], atNine)
    const shown = await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'])
    expect(shown).toContain(
      "Command:   reclaim --max-removals 60% --inactive-for 60d --except 'board members.csv'\n",
    )
  })

  test('runs show prints the options of a reclaim', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\nbob\n')
    const options = ['--to-free', '5', '--include-never-active', '--except', 'board.csv']
    await workdir.inProcess.runExpecting(0, [...reclaim, '-y', ...options], atNine)
    const shown = await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'])
    expect(shown).toContain(
      'Command:   reclaim --max-removals 60% --inactive-for 60d --to-free 5 --include-never-active --except board.csv\n',
    )
    expect(shown).toMatch(/^File: {6}board\.csv\nSHA-256: {3}[0-9a-f]{64}$/m)
    const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['runs', 'show', '1'])
    expect(results.map(({ username, outcome }) => `${username} ${outcome}`)).toEqual([
      'dora unassigned',
      'never-used unassigned',
      'nothing-known left_alone',
      'Bob already_assigned',
    ])
  })
})

test('reclaim takes a seat as idle when its last use is exactly as long ago as --inactive-for', async () => {
  const workdir = await openTeam(holders)
  const named = async (time: string) => {
    const results = await runForRows(workdir.inProcess, [...reclaim, '--inactive-for', time])
    expect(results.slice(-2)).toEqual([leftNeverUsed, leftNothingKnown].map(previewed))
    return results.slice(0, -2).map(({ username }) => username)
  }
  expect(await named('121d')).toEqual(['dora', 'Bob', 'age-unknown', 'ada'])
  expect(await named('122d')).toEqual(['dora', 'Bob', 'age-unknown'])
  expect(await named('59d')).toEqual(['dora', 'young-idle', 'Bob', 'age-unknown', 'ada'])
  expect(await named('26w')).toEqual(['dora', 'Bob'])
})

test('reclaim --include-never-active removes seats that were never used, the oldest first', async () => {
  const workdir = await openTeam(holders)
  const command = [...reclaim, '--include-never-active']
  const taken = [takenDora, takenNeverUsed, takenBob, takenAgeUnknown, takenAda]
  expect(await runForRows(workdir.inProcess, command)).toEqual([
    ...taken.map(previewed),
    previewed(makeLeft(9, 'nothing-known', 'age')),
  ])
  const { stderr } = await run(workdir.inProcess, command)
  expect(stderr).toBe(
    `Kept, since the age of the seat is unknown: 1. To remove those, add --seat-age-unknown take.\n${toTake}`,
  )
})

describe('reclaim --seat-age-unknown', () => {
  const command = ['reclaim', '--inactive-for', '60d', '--max-removals', '6', '--include-never-active']

  test('reclaim --seat-age-unknown take also removes seats without recorded use whose age is unknown', async () => {
    const workdir = await openTeam(holders)
    const taking = [...command, '--seat-age-unknown', 'take']
    const takenNothingKnown = makeTaken(9, 'nothing-known', 'No GitLab Duo activity is recorded.')
    const taken = [takenDora, takenNeverUsed, takenBob, takenAgeUnknown, takenAda, takenNothingKnown]
    expect(await runForRows(workdir.inProcess, taking)).toEqual(taken.map(previewed))
    expect((await run(workdir.inProcess, taking)).stderr).toBe(toTake)
    expect(await runForRows(workdir.inProcess, [...taking, '--yes'])).toEqual(taken)
    expect(listHolders(workdir)).toEqual(['carol', 'young-idle', 'young-unused'])
    expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'])).toContain(
      'Command:   reclaim --max-removals 6 --inactive-for 60d --include-never-active --seat-age-unknown take\n',
    )
  })

  test('reclaim --seat-age-unknown leave is the default', async () => {
    const workdir = await openTeam(holders)
    const leaving = await run(workdir.inProcess, [...command, '--seat-age-unknown', 'leave'])
    expect(leaving).toEqual(await run(workdir.inProcess, command))
    expect(leaving.stdout).toContain(
      '?  nothing-known  ✓ left_alone  Seat would be kept: no GitLab Duo activity is recorded, and the age of the seat is unknown.\n',
    )
  })

  test('reclaim --seat-age-unknown take implies --include-never-active', async () => {
    const workdir = await openTeam(holders)
    const taking = [...reclaim, '--max-removals', '100%', '--yes', '--seat-age-unknown', 'take']
    const short = await run(workdir.inProcess, [...taking, '--dry-run'])
    const long = await run(workdir.inProcess, [...taking, '--include-never-active', '--dry-run'])
    expect([short.code, short.stdout]).toEqual([0, long.stdout])
    expect(short.stdout).toContain('-  nothing-known  ✓ unassigned')
  })
})

describe('reclaim --except', () => {
  test('reclaim --except keeps the seats of the listed users, and counts them', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'name,user_id\nthe boss,2\nthe admin,4\nthe guest,6\nnot a holder,10\n')
    expect(await run(workdir.inProcess, [...reclaim, '--yes', '--except', 'board.csv'])).toEqual({
      code: 0,
      stdout: `\
   USER           OUTCOME       MESSAGE
-  ada            ✓ unassigned  Seat removed. The last GitLab Duo activity was on 2025-11-01.
?  never-used     ✓ left_alone  Seat kept: no GitLab Duo activity is recorded.
?  nothing-known  ✓ left_alone  Seat kept: no GitLab Duo activity is recorded.

+ 0 to assign, - 1 to remove, = 4 unchanged, ? 2 left alone, ! 0 not possible.
7 rows: 1 unassigned, 3 already_assigned, 1 not_assigned, 2 left_alone.
Seats free: 3 before, 4 after.
Recorded in the store only: GitLab itself was not changed.
`,
      stderr: `Ignored column: "name".\n${leftAlone}`,
    })
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => name !== 'ada'))
  })

  test('reclaim --except keeps the seats of all users that an unclear row may mean', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username,email\nbob,ada@example.com\n')
    const results = await runForRows(workdir.inProcess, [...reclaim, '--except', 'board.csv'], 5)
    expect(results.map(({ line, username, input, outcome }) => [line, username ?? input, outcome])).toEqual([
      [null, 'dora', 'unassigned'],
      [null, 'age-unknown', 'unassigned'],
      [null, 'never-used', 'left_alone'],
      [null, 'nothing-known', 'left_alone'],
      [2, 'bob', 'ambiguous_user'],
    ])
  })

  test('reclaim --except removes nothing where a row may mean two users', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username,email\ncarol,\nbob,ada@example.com\n')
    const before = listHolders(workdir)
    const { code, stdout } = await run(workdir.inProcess, [...reclaim, '--yes', '--except', 'board.csv'])
    expect([code, stdout]).toEqual([
      5,
      `\
The run was refused. This is its plan:

   LINE  USER           OUTCOME           MESSAGE
-        dora           ✓ unassigned      Seat would be removed. The user is blocked.
-        age-unknown    ✓ unassigned      Seat would be removed. The last GitLab Duo activity was on 2025-10-01.
?        never-used     ✓ left_alone      Seat would be kept: no GitLab Duo activity is recorded.
?        nothing-known  ✓ left_alone      Seat would be kept: no GitLab Duo activity is recorded.
!  3     bob            ✗ ambiguous_user  The row does not match exactly one user: username "bob" matches @Bob, email "ada@example.com" matches @ada.

+ 0 to assign, - 2 to remove, = 1 unchanged, ? 2 left alone, ! 1 not possible.
6 rows: 2 unassigned, 1 already_assigned, 2 left_alone, 1 ambiguous_user.
Seats free: 3 before, 5 after.
Refused: 1 row of --except does not match exactly one user. A user with a misspelt name could lose the seat. Nothing was written.
Correct or remove: "bob" (line 3).
`,
    ])
    expect(listHolders(workdir)).toEqual(before)
  })

  const misspelt = `\
Refused: 2 rows of --except do not match exactly one user. A user with a misspelt name could lose the seat. Nothing was written.
`
  const toMend = 'Correct or remove: "add" (line 3), "bobby" (line 4).\n'

  test('reclaim --except removes nothing where a row matches no user, since a name may be misspelt', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\ndora\nadd\nbobby\n')
    const before = listHolders(workdir)
    const command = [...reclaim, '--yes', '--except', 'board.csv']
    const { code, stdout } = await run(workdir.inProcess, command)
    expect([code, stdout.endsWith(`Seats free: 3 before, 6 after.\n${misspelt}${toMend}`)]).toEqual([5, true])
    const told = await run(workdir.inProcess, [...command, '--format', 'csv'])
    expect([told.code, told.stderr]).toEqual([5, `error: ${misspelt}hint: ${toMend}${leftAlone}`])
    expect(told.stdout).toContain(
      ',not_attempted,false,,"Not changed: a row of the list does not match exactly one user, so nothing was written."',
    )
    expect(listHolders(workdir)).toEqual(before)
  })

  test('reclaim --except without --yes prints the plan although a row matches no user', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\ndora\nadd\nbobby\n')
    const { code, stdout, stderr } = await run(workdir.inProcess, [...reclaim, '--except', 'board.csv'])
    expect([code, stderr]).toEqual([5, leftAlone])
    expect(stdout).toContain('-        ada            ✓ unassigned')
    expect(stdout.endsWith(misspelt + toMend)).toBe(true)
  })

  test('reclaim --except has nothing to do where no other seat is idle', async () => {
    const workdir = await openTeam({ ...holders, seats: [makeSeat(1, longAgo), makeSeat(3, longAgo)] })
    workdir.write('board.csv', 'username\nada\nADA\ncarol\n')
    for (const options of [[], ['--yes']])
      expect(await run(workdir.inProcess, [...reclaim, ...options, '--except', 'board.csv'])).toEqual({
        code: 0,
        stdout: 'Nothing to do.\n',
        stderr: '',
      })
    const json = await run(workdir.inProcess, [...reclaim, '--except', 'board.csv', '--format', 'json'])
    expect([json.code, json.stderr]).toEqual([0, expect.stringMatching(/\nNothing to do\.\n/)])
  })

  test('reclaim --except reports a row that matches no user where no seat would be removed', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\nada\nage-unknown\nbob\ndora\ntypo\n')
    const command = [...reclaim, '--yes', '--except', 'board.csv']
    expect((await run(workdir.inProcess, command)).code).toBe(3)
  })

  test('reclaim --except reads a list without a header from standard input', async () => {
    const workdir = await openTeam(holders)
    const command = [...reclaim, '--no-header', '--except', '-', '--format', 'ndjson']
    const { code, stdout } = await workdir.run(command, { ...atNine, stdin: 'ada\nage-unknown\nbob\n' })
    expect([code, stdout.match(/"outcome":"\w+"/g)]).toEqual([
      0,
      ['unassigned', ...repeat('left_alone', 2), ...repeat('already_assigned', 3)].map(
        (outcome) => `"outcome":"${outcome}"`,
      ),
    ])
  })

  test('reclaim --except warns of an empty list', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\n')
    const { code, stderr } = await run(workdir.inProcess, [...reclaim, '--except', 'board.csv'])
    expect([code, stderr]).toEqual([0, `warning: The file of --except has no rows.\n${leftAlone}${toTake}`])
  })

  test.each([
    ['missing.csv', 'The file missing.csv does not exist.'],
    ['bare.csv', 'bare.csv, line 1: no column is named username, email or user_id; the columns are "ada".'],
    ['empty.csv', 'empty.csv has no header line: it has no rows.'],
    ['wide.csv', 'wide.csv, line 3: the cell "b" is beyond the last column of the header.'],
  ])('reclaim --except rejects %s, and removes nothing', async (name, sentence) => {
    const workdir = await openTeam(holders)
    workdir.write('bare.csv', 'ada\nbob\n')
    workdir.write('empty.csv', '')
    workdir.write('wide.csv', 'username\nada\na,b\n')
    const before = readStore(workdir)
    const { code, stdout, stderr } = await run(workdir.inProcess, [...reclaim, '-y', '--except', name])
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `error: ${sentence}`])
    expect(readStore(workdir)).toEqual(before)
  })

  test('reclaim does not overwrite the --except file, and does not read it and the token from standard input', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\nbob\n')
    const overwriting = [...reclaim, '-y', '--except', 'board.csv', '--results', 'board.csv']
    expect(await run(workdir.inProcess, overwriting)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: board.csv is the input and would be overwritten.\nhint: Name another file.\n',
    })
    const { code } = await run(workdir.inProcess, [...reclaim, '-y', '--except', '-', '--token-file', '-'])
    expect(code).toBe(2)
    expect(listHolders(workdir)).toEqual(allHolders)
  })
})

describe('reclaim --max-removals', () => {
  const withoutCap = ['reclaim', '--inactive-for', '60d']

  test('reclaim prints and refuses a plan beyond 10 % without --max-removals', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir.inProcess, withoutCap)).toEqual({
      code: 5,
      stdout: `${plan}Refused: 4 seats would be removed, the limit of --max-removals is 1 (10 % of 9). Nothing was written.\nTo allow it, add --max-removals 4.\n`,
      stderr: `${leftAlone}To remove the seats, add --yes --max-removals 4.\n`,
    })
    const { code, stderr } = await run(workdir.inProcess, [...withoutCap, '--format', 'csv'])
    expect([code, stderr]).toEqual([
      5,
      `\
error: Refused: 4 seats would be removed, the limit of --max-removals is 1 (10 % of 9). Nothing was written.
hint: To allow it, add --max-removals 4.
${leftAlone}To remove the seats, add --yes --max-removals 4.
`,
    ])
  })

  test('reclaim --max-removals refuses one removal more than its number', async () => {
    const workdir = await openTeam(holders)
    const { results } = await workdir.inProcess.runForJson<RunDocument>(
      5,
      [...withoutCap, '-y', '--max-removals', '3'],
      atNine,
    )
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...repeat('not_attempted', 4),
      ...repeat('left_alone', 2),
    ])
    expect(listHolders(workdir)).toEqual(allHolders)
    await workdir.inProcess.runExpecting(0, [...withoutCap, '-y', '--max-removals', '4'], atNine)
    expect(listHolders(workdir)).toHaveLength(allHolders.length - 4)
  })

  test('reclaim --max-removals counts only the removals that --to-free needs', async () => {
    const workdir = await openTeam(holders)
    await workdir.inProcess.runExpecting(0, [...withoutCap, '-y', '--to-free', '4'], atNine)
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => name !== 'dora'))
  })
})

describe('reclaim --to-free', () => {
  test('reclaim --to-free removes no more seats than needed, the longest idle first', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir.inProcess, [...reclaim, '--yes', '--to-free', '5'])
    expect([code, stderr]).toEqual([
      0,
      `5 free seats wanted, 3 free before: 2 seats to remove.\n${leftAlone}`,
    ])
    expect(stdout).toContain('Seats free: 3 before, 5 after.\n')
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => !['dora', 'Bob'].includes(name)))
  })

  test.each(['3', '0'])(
    'reclaim --to-free %s removes nothing where enough seats are free, and prints nothing else',
    async (needed) => {
      const workdir = await openTeam(holders)
      expect(await run(workdir.inProcess, [...reclaim, '--yes', '--to-free', needed])).toEqual({
        code: 0,
        stdout: 'Nothing to do.\n',
        stderr: `${needed} free seats wanted, 3 free before: no seat has to be removed.\n`,
      })
    },
  )

  test('reclaim --to-free runs where the idle seats are just enough', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir.inProcess, [...reclaim, '--to-free', '7'])
    expect([code, stderr]).toEqual([
      0,
      `7 free seats wanted, 3 free before: 4 seats to remove.\n${leftAlone}${toTake}`,
    ])
    expect(stdout).toBe(`${plan}${dryRun}`)
    const single = await run(workdir.inProcess, [...reclaim, '--to-free', '4'])
    expect(single.stderr).toContain('4 free seats wanted, 3 free before: 1 seat to remove.\n')
  })

  test('reclaim --to-free removes all idle seats, warns and ends with 3 where they are too few', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir.inProcess, [...reclaim, '-y', '--to-free', '8'])
    expect([code, stderr]).toEqual([
      3,
      `warning: 8 free seats wanted, 3 free before: 5 seats to remove, only 4 idle.\n${leftAlone}`,
    ])
    expect(stdout).toBe(reportOfRun)
  })

  test('reclaim --to-free counts the seats that are held beyond the quantity', async () => {
    const workdir = await openTeam({ ...holders, add_on_purchases: [makePurchase({ quantity: 7 })] })
    const { code, stdout, stderr } = await run(workdir.inProcess, [...reclaim, '--yes', '--to-free', '1'])
    expect([code, stderr]).toEqual([
      0,
      `1 free seat wanted, 0 free before (2 too many held): 3 seats to remove.\n${leftAlone}`,
    ])
    expect(stdout).toContain('Seats free: 0 (2 too many held) before, 1 after.\n')
  })
})

test('reclaim does not remove the seat of a user who is gone, which the next sync drops', async () => {
  const workdir = await openTeam(holders)
  await workdir.inProcess.runExpecting(0, ['assign', 'zoe'], atNine)
  const users = holders.users.filter(({ username }) => username !== 'zoe')
  await syncStore(workdir, makeTeamSnapshot({ ...holders, users }))
  expect(await workdir.inProcess.runExpecting(0, ['list'])).toContain('GitLab no longer lists the user.')
  expect(await runForRows(workdir.inProcess, reclaim)).toEqual(allResults.map(previewed))
})

test.each([
  [[], "required option '--inactive-for <time>' not specified"],
  [
    ['--inactive-for', 'soon'],
    "option '--inactive-for <time>' argument 'soon' is invalid. It takes days or weeks, such as 30d or 6w.",
  ],
  [
    ['--inactive-for', '0d'],
    "option '--inactive-for <time>' argument '0d' is invalid. It takes days or weeks, such as 30d or 6w.",
  ],
  [
    ['--inactive-for', '60d', '--to-free', 'all'],
    "option '--to-free <number>' argument 'all' is invalid. It takes a number of seats.",
  ],
  [
    ['--inactive-for', '60d', '--except', ''],
    "option '--except <file>' argument '' is invalid. It takes the path of a file.",
  ],
  [['--inactive-for', '60d', 'ada'], "too many arguments for 'reclaim'. Expected 0 arguments but got 1."],
])('reclaim rejects the options %j and removes nothing', async (args, sentence) => {
  const workdir = await openTeam(holders)
  expect(await run(workdir.inProcess, ['reclaim', '--yes', ...args])).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: ${sentence}\nhint: Add --help to see the commands and options.\n`,
  })
  expect(listHolders(workdir)).toEqual(allHolders)
})
