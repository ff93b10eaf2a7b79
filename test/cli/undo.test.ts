import { hostname } from 'node:os'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { openTeamAfter } from '../support/open-after.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { askInProcess, runAtTerminal } from '../support/run-at-terminal.ts'
import { makeRow, type RunDocument } from '../support/run-document.ts'
import { runMain } from '../support/run-main.ts'
import { openTeam, team, withBothAddOns, withFreeSeats } from '../support/sample-team.ts'
import { takenSeat, threeHolders, type, undo } from '../support/undo-runs.ts'
import type { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

describe('undo', () => {
  test('undo removes the seats that a run assigned, and keeps those of earlier holders', async () => {
    const workdir = await openTeamAfter(['assign ada bob carol'])
    const document = await workdir.inProcess.runForJson<RunDocument>(0, ['undo', '1', '--yes'], atNine)
    expect(document).toEqual({
      schema: 1,
      run: {
        id: 2,
        command: 'undo',
        add_on: 'duo-pro',
        dry_run: false,
        started_at: frozenNow,
        finished_at: frozenNow,
      },
      summary: {
        rows: 2,
        outcomes: { unassigned: 2 },
        needed: 0,
        removals: 2,
        free_before: 1,
        free_after: 3,
        short: 0,
      },
      recorded_only: true,
      results: [
        makeRow(null, 'Bob', team.bob, 'unassigned', takenSeat),
        makeRow(null, 'carol', team.carol, 'unassigned', takenSeat),
      ],
    })
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('undo restores the seats that a run removed', async () => {
    const workdir = await openTeamAfter(['unassign carol ada eve --yes'], threeHolders)
    expect(await undo(workdir, 0, '1', '--yes')).toEqual(['carol assigned', 'ada assigned'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test('undo of a bulk-assign reverses the rows that changed a seat, and no other', async () => {
    const workdir = await openTeam(withFreeSeats(2))
    workdir.write('people.csv', 'username\nada\nbob\nnobody\nBOB\ndora\ncarol\neve\n')
    await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv'], atNine)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
    expect(await undo(workdir, 0, '1', '-y')).toEqual(['Bob unassigned', 'carol unassigned'])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('undo removes seats first and assigns then, so that it works where every seat is held', async () => {
    const workdir = await openTeam({ ...threeHolders, add_on_purchases: [makePurchase({ quantity: 3 })] })
    workdir.write('team.csv', 'username\nada\neve\nfrank\n')
    await type(workdir, 'apply team.csv --yes --max-removals 2')
    expect(listHolders(workdir)).toEqual(['ada', 'eve', 'frank'])
    expect(await workdir.inProcess.runExpecting(0, ['undo', '1', '--yes'], atNine)).toBe(`\
   USER   OUTCOME       MESSAGE
-  eve    ✓ unassigned  Seat removed.
-  frank  ✓ unassigned  Seat removed.
+  Bob    ✓ assigned    Seat assigned.
+  carol  ✓ assigned    Seat assigned.

+ 2 to assign, - 2 to remove, = 0 unchanged, ! 0 not possible.
4 rows: 2 assigned, 2 unassigned.
Seats free: 0 before, 0 after.
Recorded in the store only: GitLab itself was not changed.
`)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test('undo of a reclaim restores idle seats, but not those of ineligible users', async () => {
    const given = { assigned_at: '2025-06-01T00:00:00Z' }
    const workdir = await openTeam({
      users: [
        makeUser(1, 'ada', { last_duo_activity_on: '2025-11-01' }),
        makeUser(4, 'dora', { state: 'blocked' }),
      ],
      seats: [makeSeat(1, given), makeSeat(4, given)],
    })
    await type(workdir, 'reclaim --inactive-for 60d --max-removals 2 --yes')
    expect(listHolders(workdir)).toEqual([])
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['undo', '1', '--yes'], atNine)
    expect(results).toEqual([
      makeRow(null, 'dora', team.dora, 'invalid_user_membership', {
        reason: 'blocked',
        message: 'The user is blocked.',
      }),
      makeRow(null, 'ada', team.ada, 'assigned'),
    ])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('undo can be undone, and undone again', async () => {
    const workdir = await openTeamAfter(['assign bob carol', 'undo 1 --yes'])
    expect(await undo(workdir, 0, '2', '--yes')).toEqual(['Bob assigned', 'carol assigned'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
    expect(await undo(workdir, 0, '3', '--yes')).toEqual(['Bob unassigned', 'carol unassigned'])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('undo last, typed twice, reports that the second one undoes an undo', async () => {
    const workdir = await openTeamAfter(['assign bob'])
    const [first, second] = [
      await workdir.inProcess.run(['undo', 'last']),
      await workdir.inProcess.run(['undo', 'last']),
    ]
    expect(first.stderr).toBe('')
    expect(second.stderr).toBe('Run 2 was an undo of run 1: to undo it means to repeat run 1.\n')
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('undo has nothing to do for a run that changed nothing', async () => {
    const workdir = await openTeamAfter(['assign ada', 'unassign bob'])
    for (const id of ['1', '2'])
      expect(await workdir.inProcess.run(['undo', id])).toEqual({
        code: 0,
        stdout: 'The run changed no seat. Nothing to do.\n',
        stderr: '',
      })
  })

  test('undo prints every format, and writes --results', async () => {
    const workdir = await openTeamAfter(['assign bob'])
    const message = 'Seat would be removed.'
    const row = makeRow(null, 'Bob', team.bob, 'unassigned', { success: true, message })
    const header = 'line,input,username,user_id,outcome,success,reason,message,suggestions'
    const undoing = ['undo', '1', '--dry-run', '--format']
    expect(await workdir.inProcess.runExpecting(0, [...undoing, 'csv'])).toBe(
      `${header}\n,Bob,Bob,2,unassigned,true,,${message},\n`,
    )
    expect(await workdir.inProcess.runExpecting(0, [...undoing, 'ndjson'])).toBe(`${JSON.stringify(row)}\n`)
    expect(await workdir.inProcess.run(['undo', '1', '-y', '-q', '--results', 'results.csv'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    expect(workdir.read('results.csv')).toBe(`${header}\n,Bob,Bob,2,unassigned,true,,Seat removed.,\n`)
  })
})

describe('a run that cannot be undone', () => {
  /** Inserts a run as a killed or a running process leaves it. */
  function leaveRun(workdir: Workdir, pid: number): void {
    const database = new Database(workdir.join('store.db'))
    database
      .prepare(`
        INSERT INTO runs (command, add_on_purchase_id, options, actor, host, pid, started_at)
        VALUES ('assign', 1, '{}', 'ann', ?, ?, ?)
      `)
      .run(hostname(), pid, frozenNow)
    database.close()
  }

  test.each([
    ['99', 'Run 99 does not exist.', 'To list the runs: duo-seats runs'],
    ['1', 'Run 1 was refused as a whole and changed nothing, so it cannot be undone.', null],
    ['2', 'Run 2 was cut off and changed nothing, so it cannot be undone.', null],
    ['3', 'Run 3 is still running.', null],
  ])('undo rejects run %s and prints the reason', async (id, sentence, hint) => {
    const workdir = await openTeam(withFreeSeats(0))
    await workdir.inProcess.runExpecting(5, ['assign', 'bob', '--on-shortage', 'fail'], atNine)
    leaveRun(workdir, 999_999_999)
    leaveRun(workdir, process.pid)
    const before = readStore(workdir)
    // For this process, its own run is not still running.
    const runner = id === '3' ? workdir : workdir.inProcess
    expect(await runner.run(['undo', id, '--yes', '-q'], atNine)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${sentence}\nhint: ${hint ?? `To see what the run did: duo-seats runs show ${id}`}\n`,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test.each(['x', '0', '-1', '1.5', ''])('undo rejects %j as a run number', async (id) => {
    const { code, stdout } = await runMain(['undo', '--yes', id])
    expect([code, stdout]).toEqual([2, ''])
  })
})

describe('undo without --yes', () => {
  test('undo without --yes and without a terminal prints the numbers and writes nothing', async () => {
    const workdir = await openTeamAfter(['assign bob carol'])
    const before = readStore(workdir)
    const sentence =
      'Seats to remove: 2, to assign: 0. This needs a confirmation, and there is no terminal to ask on. Nothing was written.'
    const hint = 'Check the plan with --dry-run, then add --yes.'
    const finished = await workdir.inProcess.run(['undo', '1'])
    expect(finished).toEqual({ code: 2, stdout: '', stderr: `error: ${sentence}\nhint: ${hint}\n` })
    const { code, stdout } = await workdir.inProcess.run(['undo', '1', '--format', 'json'])
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      { schema: 1, error: { code: 'usage', message: sentence, hint } },
    ])
    expect(readStore(workdir)).toEqual(before)
  })

  test('undo --dry-run requires no --yes', async () => {
    const workdir = await openTeamAfter(['assign bob'])
    const before = readStore(workdir)
    expect(await workdir.inProcess.run(['undo', '1', '--dry-run'])).toEqual({
      code: 0,
      stdout: `\
   USER  OUTCOME       MESSAGE
-  Bob   ✓ unassigned  Seat would be removed.

+ 0 to assign, - 1 to remove, = 0 unchanged, ! 0 not possible.
1 row: 1 unassigned.
Seats free: 2 before, 3 after.
Dry run: nothing was written.
The store is not linked: GitLab itself would not be changed.
`,
      stderr: '',
    })
    expect(readStore(workdir)).toEqual(before)
  })

  const plan = `\
   USER   OUTCOME       MESSAGE
-  Bob    ✓ unassigned  Seat would be removed.
-  carol  ✓ unassigned  Seat would be removed.

+ 0 to assign, - 2 to remove, = 0 unchanged, ! 0 not possible.
2 rows: 2 unassigned.
Seats free: 1 before, 3 after.
The store is not linked: GitLab itself would not be changed.
Seats to remove: 2, to assign: 0. Continue? [y/N] `

  test('undo prints its plan and a question on the terminal, and the report on stdout', async () => {
    const workdir = await openTeamAfter(['assign bob carol'])
    const command = ['undo', '1', '--format', 'csv']
    const { code, screen, report } = await runAtTerminal(workdir, command, { answer: 'y\r' })
    expect(screen.slice(0, plan.length)).toBe(plan)
    expect([code, report]).toEqual([
      0,
      `\
line,input,username,user_id,outcome,success,reason,message,suggestions
,Bob,Bob,2,unassigned,true,,Seat removed.,
,carol,carol,3,unassigned,true,,Seat removed.,
`,
    ])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test.each([
    ['n\r', runAtTerminal],
    ['\r', askInProcess],
    ['yeah\r', askInProcess],
    ['\u0004', askInProcess],
  ] as const)('undo writes nothing after the answer %j', async (answer, ask) => {
    const workdir = await openTeamAfter(['assign bob carol'])
    const before = readStore(workdir)
    const { code, screen, report } = await ask(workdir, ['undo', '1'], { answer })
    expect([code, report, screen.slice(0, plan.length)]).toEqual([5, '', plan])
    expect(screen).toContain('error: Cancelled. Nothing was written.\n')
    expect(readStore(workdir)).toEqual(before)
  })

  test('runs show prints no option of undo that was not typed', async () => {
    const workdir = await openTeamAfter(['assign bob carol'])
    await askInProcess(workdir, ['undo', '1'], { answer: 'y\r' })
    expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', '2'])).toContain(
      '\nCommand:   undo 1 --on-shortage fill\n',
    )
  })
})

test('runs and runs show print an undo with the number of its run', async () => {
  const workdir = await openTeamAfter(['assign bob --add-on duo-pro', 'undo 1 --yes'], withBothAddOns)
  expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', '2'])).toMatch(
    /^Run 2\nCommand: {3}undo 1 --on-shortage fill\nAdd-on: {4}GitLab Duo Pro\n/,
  )
  expect(await workdir.inProcess.runExpecting(0, ['runs'])).toMatch(
    /^2 .* {2}undo 1 {3}duo-pro {2}1 {5}1 unassigned$/m,
  )
  const { runs } = await workdir.inProcess.runForJson<{ runs: object[] }>(0, ['runs'])
  expect(runs[0]).toMatchObject({
    command: 'undo',
    options: { add_on: null, on_shortage: 'fill', max_removals: null, undone_run: 1 },
  })
})
