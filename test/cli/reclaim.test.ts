import { describe, expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser, type SnapshotUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import type { ResultRow, RunDocument } from '../support/run-document.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import type { Finished, Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

function lastUsed(day: string | null, facts: Partial<SnapshotUser> = {}): Partial<SnapshotUser> {
  return { last_duo_activity_on: day, ...facts }
}

const longAgo = { assigned_at: '2025-06-01T00:00:00Z' }

/** Twelve seats, of which nine are held; today is 2026-03-02. `ada` and `Bob` are idle for 60 days, and `dora` is not eligible. */
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

const reclaim = ['reclaim', '--inactive-for', '60d', '--max-removals', '50%']

const leftAlone = `\
Left alone, since no GitLab Duo activity is recorded, which is not idle: 2. --include-never-active takes those that are old enough.
Left alone, since nobody knows how old their seat is: 1.
`

const toTake = 'Nothing was taken. Add --yes to take the seats.\n'

const plan = `\
   USER  OUTCOME       MESSAGE
-  dora  ✓ unassigned  Loses the GitLab Duo Pro seat. Is blocked.
-  Bob   ✓ unassigned  Loses the GitLab Duo Pro seat. Last used GitLab Duo on 2025-09-01.
-  ada   ✓ unassigned  Loses the GitLab Duo Pro seat. Last used GitLab Duo on 2025-11-01.

+ 0 to give, - 3 to take, = 0 stay, ! 0 cannot.
3 rows: 3 unassigned.
Seats free: 3 before, 6 after.
`

function makeTaken(
  user_id: number,
  username: string,
  cause: string,
  reason: string | null = null,
): ResultRow {
  const message = `Loses the GitLab Duo Pro seat. ${cause}`
  return {
    line: null,
    input: username,
    username,
    user_id,
    outcome: 'unassigned',
    success: true,
    reason,
    message,
  }
}

const takenDora = makeTaken(4, 'dora', 'Is blocked.', 'blocked')
const takenBob = makeTaken(2, 'Bob', 'Last used GitLab Duo on 2025-09-01.')
const takenAda = makeTaken(1, 'ada', 'Last used GitLab Duo on 2025-11-01.')

function run(workdir: Workdir, args: readonly string[]): Promise<Finished> {
  return workdir.run(args, atNine)
}

/** The results of a dry run. */
async function rehearse(workdir: Workdir, args: readonly string[], code = 0): Promise<ResultRow[]> {
  return (await workdir.runForJson<RunDocument>(code, args, atNine)).results
}

describe('without --yes', () => {
  test('it is shown whose seat would be taken and why, and nothing is written', async () => {
    const workdir = await openTeam(holders)
    const before = readStore(workdir)
    expect(await run(workdir, reclaim)).toEqual({
      code: 0,
      stdout: `${plan}Dry run: nothing was written.\n`,
      stderr: leftAlone + toTake,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('as JSON it is a dry run, too, and the note stands on stderr', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '--format', 'json'])
    expect([code, stderr]).toEqual([0, leftAlone + toTake])
    const { run: facts, summary, results } = JSON.parse(stdout) as RunDocument
    expect(facts).toMatchObject({ id: null, command: 'reclaim', dry_run: true })
    expect(summary).toMatchObject({ rows: 3, removals: 3, free_before: 3, free_after: 6 })
    expect(results).toEqual([takenDora, takenBob, takenAda])
  })

  test('and with --quiet nothing is said', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir, [...reclaim, '-q'])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(listHolders(workdir)).toEqual(allHolders)
  })

  test('nobody is told to add it where there is nothing to take', async () => {
    const workdir = await openTeam({ ...holders, seats: [makeSeat(3, longAgo)] })
    expect(await run(workdir, reclaim)).toEqual({ code: 0, stdout: 'Nothing to do.\n', stderr: '' })
  })
})

describe('with --yes', () => {
  test('the seats are taken, and nobody else loses one', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir, [...reclaim, '--yes'])).toEqual({ code: 0, stdout: plan, stderr: leftAlone })
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => !['ada', 'Bob', 'dora'].includes(name)))
    expect((await run(workdir, [...reclaim, '-y'])).stdout).toBe('Nothing to do.\n')
  })

  test('and --dry-run nothing is, and nobody is told to add --yes', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir, [...reclaim, '--yes', '--dry-run'])).toEqual({
      code: 0,
      stdout: `${plan}Dry run: nothing was written.\n`,
      stderr: leftAlone,
    })
    expect(listHolders(workdir)).toEqual(allHolders)
  })

  test('the rows are printed in every format, and written to --results', async () => {
    const results = [takenDora, takenBob, takenAda]
    const ndjson = results.map((row) => `${JSON.stringify(row)}\n`).join('')
    const csv = `\
line,input,username,user_id,outcome,success,reason,message
,dora,dora,4,unassigned,true,blocked,Loses the GitLab Duo Pro seat. Is blocked.
,Bob,Bob,2,unassigned,true,,Loses the GitLab Duo Pro seat. Last used GitLab Duo on 2025-09-01.
,ada,ada,1,unassigned,true,,Loses the GitLab Duo Pro seat. Last used GitLab Duo on 2025-11-01.
`
    const first = await openTeam(holders)
    const asNdjson = [...reclaim, '-y', '--format', 'ndjson', '--results', 'results.csv']
    expect(await first.runExpecting(0, asNdjson, atNine)).toBe(ndjson)
    expect(first.read('results.csv')).toBe(csv)
    const second = await openTeam(holders)
    const asCsv = [...reclaim, '-y', '--format', 'csv', '--results', 'results.ndjson']
    expect(await second.runExpecting(0, asCsv, atNine)).toBe(csv)
    expect(second.read('results.ndjson')).toBe(ndjson)
  })

  test('the run remembers the options that decided', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\nbob\n')
    const options = ['--to-free', '5', '--include-never-active', '--except', 'board.csv']
    await workdir.runExpecting(0, [...reclaim, '-y', ...options], atNine)
    const shown = await workdir.runExpecting(0, ['runs', 'show', '1'])
    expect(shown).toContain(
      'Command:   reclaim --max-removals 50% --inactive-for 60d --to-free 5 --include-never-active --except board.csv\n',
    )
    expect(shown).toMatch(/^File: {6}board\.csv\nSHA-256: {3}[0-9a-f]{64}$/m)
    const { results } = await workdir.runForJson<RunDocument>(0, ['runs', 'show', '1'])
    expect(results.map(({ username, outcome }) => `${username} ${outcome}`)).toEqual([
      'dora unassigned',
      'never-used unassigned',
      'Bob already_assigned',
    ])
  })
})

test('a seat counts as idle when it was used last just so long ago', async () => {
  const workdir = await openTeam(holders)
  const named = async (time: string) => {
    const results = await rehearse(workdir, [...reclaim, '--inactive-for', time])
    return results.map(({ username }) => username)
  }
  expect(await named('121d')).toEqual(['dora', 'Bob', 'ada'])
  expect(await named('122d')).toEqual(['dora', 'Bob'])
  expect(await named('59d')).toEqual(['dora', 'young-idle', 'Bob', 'ada'])
  expect(await named('26w')).toEqual(['dora', 'Bob'])
})

test('--include-never-active takes what was never used, from who has had the seat the longest', async () => {
  const workdir = await openTeam(holders)
  const command = [...reclaim, '--include-never-active']
  expect(await rehearse(workdir, command)).toEqual([
    takenDora,
    makeTaken(5, 'never-used', 'No use of GitLab Duo is known.'),
    takenBob,
    takenAda,
  ])
  const { stderr } = await run(workdir, command)
  expect(stderr).toBe(`Left alone, since nobody knows how old their seat is: 2.\n${toTake}`)
})

describe('--except', () => {
  test('keeps the seats of the people in it, who are counted', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'name,user_id\nthe boss,2\nthe admin,4\nnot a holder,10\n')
    expect(await run(workdir, [...reclaim, '--yes', '--except', 'board.csv'])).toEqual({
      code: 0,
      stdout: `\
   USER  OUTCOME       MESSAGE
-  ada   ✓ unassigned  Loses the GitLab Duo Pro seat. Last used GitLab Duo on 2025-11-01.

+ 0 to give, - 1 to take, = 3 stay, ! 0 cannot.
4 rows: 1 unassigned, 2 already_assigned, 1 not_assigned.
Seats free: 3 before, 4 after.
`,
      stderr: `Ignored column: "name".\n${leftAlone}`,
    })
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => name !== 'ada'))
  })

  test('protects everybody whom a row may mean', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username,email\nbob,ada@example.com\n')
    const results = await rehearse(workdir, [...reclaim, '--except', 'board.csv'], 3)
    expect(results.map(({ line, username, input, outcome }) => [line, username ?? input, outcome])).toEqual([
      [null, 'dora', 'unassigned'],
      [2, 'bob', 'ambiguous_user'],
    ])
  })

  const misspelt = `\
Refused: 2 rows of --except name nobody, and whoever is meant could lose the seat. Nothing was written.
`
  const toMend = 'Mend or take out: "add" (line 3), "bobby" (line 4).\n'

  test('takes nothing where a row names nobody: somebody may be misspelt there', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\ndora\nadd\nbobby\n')
    const before = listHolders(workdir)
    const command = [...reclaim, '--yes', '--except', 'board.csv']
    const { code, stdout } = await run(workdir, command)
    expect([code, stdout.endsWith(`Seats free: 3 before, 3 after.\n${misspelt}${toMend}`)]).toEqual([5, true])
    const told = await run(workdir, [...command, '--format', 'csv'])
    expect([told.code, told.stderr]).toEqual([5, `error: ${misspelt}hint: ${toMend}${leftAlone}`])
    expect(told.stdout).toContain(
      ',not_attempted,false,,"Keeps the seat: a row of --except names nobody, so nothing was written."',
    )
    expect(listHolders(workdir)).toEqual(before)
  })

  test('shows without --yes whom it would take but for such a row', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\ndora\nadd\nbobby\n')
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '--except', 'board.csv'])
    expect([code, stderr]).toEqual([5, leftAlone])
    expect(stdout).toContain('-        ada    ✓ unassigned')
    expect(stdout.endsWith(misspelt + toMend)).toBe(true)
  })

  test('only tells of such a row where nothing would be taken', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\nada\nbob\ndora\ntypo\n')
    const command = [...reclaim, '--yes', '--except', 'board.csv']
    expect((await run(workdir, command)).code).toBe(3)
  })

  test('reads standard input and bare lists', async () => {
    const workdir = await openTeam(holders)
    const command = [...reclaim, '--no-header', '--except', '-', '--format', 'ndjson']
    const { code, stdout } = await workdir.run(command, { ...atNine, stdin: 'ada\nbob\n' })
    expect([code, stdout.match(/"outcome":"\w+"/g)]).toEqual([
      0,
      ['"outcome":"unassigned"', '"outcome":"already_assigned"', '"outcome":"already_assigned"'],
    ])
  })

  test('warns where the list names nobody', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\n')
    const { code, stderr } = await run(workdir, [...reclaim, '--except', 'board.csv'])
    expect([code, stderr]).toEqual([0, `warning: --except names nobody.\n${leftAlone}${toTake}`])
  })

  test.each([
    ['missing.csv', 'The file missing.csv does not exist.'],
    ['bare.csv', 'bare.csv, line 1: no column is named username, email or user_id; the columns are "ada".'],
    ['empty.csv', 'empty.csv has no header line: it has no rows.'],
    ['wide.csv', 'wide.csv, line 3: the cell "b" is beyond the last column of the header.'],
  ])('refuses %s, and takes nothing', async (name, sentence) => {
    const workdir = await openTeam(holders)
    workdir.write('bare.csv', 'ada\nbob\n')
    workdir.write('empty.csv', '')
    workdir.write('wide.csv', 'username\nada\na,b\n')
    const before = readStore(workdir)
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '-y', '--except', name])
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `error: ${sentence}`])
    expect(readStore(workdir)).toEqual(before)
  })

  test('is never written over, and does not share standard input with the token', async () => {
    const workdir = await openTeam(holders)
    workdir.write('board.csv', 'username\nbob\n')
    const overwriting = [...reclaim, '-y', '--except', 'board.csv', '--results', 'board.csv']
    expect(await run(workdir, overwriting)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: board.csv is the input: it would be overwritten.\nhint: Name another file.\n',
    })
    const { code } = await run(workdir, [...reclaim, '-y', '--except', '-', '--token-file', '-'])
    expect(code).toBe(2)
    expect(listHolders(workdir)).toEqual(allHolders)
  })
})

describe('--max-removals', () => {
  const withoutCap = ['reclaim', '--inactive-for', '60d']

  test('is 10 % where it is not given, and a plan beyond it is shown and refused', async () => {
    const workdir = await openTeam(holders)
    expect(await run(workdir, withoutCap)).toEqual({
      code: 5,
      stdout: `${plan}Refused: 3 seats would be taken, which is more than --max-removals allows. Nothing was written.\nIf it is meant, say so: --max-removals 3.\n`,
      stderr: `${leftAlone}Nothing was taken. Add --yes --max-removals 3 to take the seats.\n`,
    })
    const { code, stderr } = await run(workdir, [...withoutCap, '--format', 'csv'])
    expect([code, stderr]).toEqual([
      5,
      `\
error: Refused: 3 seats would be taken, which is more than --max-removals allows. Nothing was written.
hint: If it is meant, say so: --max-removals 3.
${leftAlone}Nothing was taken. Add --yes --max-removals 3 to take the seats.
`,
    ])
  })

  test('of N never lets N + 1 go', async () => {
    const workdir = await openTeam(holders)
    const { results } = await workdir.runForJson<RunDocument>(
      5,
      [...withoutCap, '-y', '--max-removals', '2'],
      atNine,
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['not_attempted', 'not_attempted', 'not_attempted'])
    expect(listHolders(workdir)).toEqual(allHolders)
    await workdir.runExpecting(0, [...withoutCap, '-y', '--max-removals', '3'], atNine)
    expect(listHolders(workdir)).toHaveLength(allHolders.length - 3)
  })

  test('counts only what --to-free needs', async () => {
    const workdir = await openTeam(holders)
    await workdir.runExpecting(0, [...withoutCap, '-y', '--to-free', '4'], atNine)
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => name !== 'dora'))
  })
})

describe('--to-free', () => {
  test('takes no more than it needs, the longest idle first', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '--yes', '--to-free', '5'])
    expect([code, stderr]).toEqual([0, `Need 5, 3 free: 2 idle seats would do.\n${leftAlone}`])
    expect(stdout).toContain('Seats free: 3 before, 5 after.\n')
    expect(listHolders(workdir)).toEqual(allHolders.filter((name) => !['dora', 'Bob'].includes(name)))
  })

  test.each(['3', '0'])(
    'takes nothing where %s are free already, and speaks of nothing else',
    async (needed) => {
      const workdir = await openTeam(holders)
      expect(await run(workdir, [...reclaim, '--yes', '--to-free', needed])).toEqual({
        code: 0,
        stdout: 'Nothing to do.\n',
        stderr: `Need ${needed}, 3 free: nothing has to be taken.\n`,
      })
    },
  )

  test('just enough is enough', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '--to-free', '6'])
    expect([code, stderr]).toEqual([0, `Need 6, 3 free: 3 idle seats would do.\n${leftAlone}${toTake}`])
    expect(stdout).toBe(`${plan}Dry run: nothing was written.\n`)
    const single = await run(workdir, [...reclaim, '--to-free', '4'])
    expect(single.stderr).toContain('Need 4, 3 free: 1 idle seat would do.\n')
  })

  test('with too few idle seats takes them all, says so, and ends as incomplete', async () => {
    const workdir = await openTeam(holders)
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '-y', '--to-free', '7'])
    expect([code, stderr]).toEqual([
      3,
      `warning: Need 7, 3 free: 4 idle seats would do, and there are 3.\n${leftAlone}`,
    ])
    expect(stdout).toBe(plan)
  })

  test('counts the seats that are held beyond the quantity', async () => {
    const workdir = await openTeam({ ...holders, add_on_purchases: [makePurchase({ quantity: 7 })] })
    const { code, stdout, stderr } = await run(workdir, [...reclaim, '--yes', '--to-free', '1'])
    expect([code, stderr]).toEqual([
      0,
      `Need 1, 0 free (2 too many are held): 3 idle seats would do.\n${leftAlone}`,
    ])
    expect(stdout).toContain('Seats free: 0 (2 too many are held) before, 1 after.\n')
  })
})

test('who is gone has nothing that could be taken: the next sync drops the seat', async () => {
  const workdir = await openTeam(holders)
  await workdir.runExpecting(0, ['assign', 'zoe'], atNine)
  const users = holders.users.filter(({ username }) => username !== 'zoe')
  await syncStore(workdir, makeTeamSnapshot({ ...holders, users }))
  expect(await workdir.runExpecting(0, ['list'])).toContain('Is gone from GitLab.')
  expect(await rehearse(workdir, reclaim)).toEqual([takenDora, takenBob, takenAda])
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
])('does nothing with %j', async (args, sentence) => {
  const workdir = await openTeam(holders)
  expect(await run(workdir, ['reclaim', '--yes', ...args])).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: ${sentence}\nhint: add --help to see what there is\n`,
  })
  expect(listHolders(workdir)).toEqual(allHolders)
})
