import { describe, expect, test } from 'vitest'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { askInProcess, runAtTerminal } from '../support/run-at-terminal.ts'
import type { RunDocument } from '../support/run-document.ts'
import { openTeam } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

/** Ada, Bob and Carol hold seats, and two are free. */
const threeHolders = {
  add_on_purchases: [makePurchase({ quantity: 5 })],
  seats: [1, 2, 3].map((id) => makeSeat(id)),
}

/** The list keeps Ada, removes the seats of Bob and Carol, and assigns one to Eve. */
async function openTeamWithList(): Promise<Workdir> {
  const workdir = await openTeam(threeHolders)
  workdir.write('team.csv', 'username\nada\neve\n')
  return workdir
}

const apply = ['apply', 'team.csv', '--max-removals', '2']

const counts = `\
+ 1 to assign, - 2 to remove, = 1 unchanged, ! 0 not possible.
4 rows: 1 assigned, 2 unassigned, 1 already_assigned.
Seats free: 2 before, 3 after.
`

const plan = `\
   LINE  USER   OUTCOME       MESSAGE
-        Bob    ✓ unassigned  Seat would be removed.
-        carol  ✓ unassigned  Seat would be removed.
+  3     eve    ✓ assigned    Seat would be assigned.

${counts}`

/** The plan above the question has the results. */
const done = `
${counts}Recorded in the store only: GitLab itself was not changed.
Applied: 2 seats removed, 1 seat assigned. Run 1; to undo it: duo-seats undo 1
`

const asked = `${plan}The store is not linked: GitLab itself would not be changed.
Seats to remove: 2, to assign: 1. Continue? [y/N] `

const refused = `\
error: Cancelled. Nothing was written.
hint: To carry the plan out, run the command again and answer with y.
`

describe('the question for confirmation', () => {
  test.each([
    ['y\r', runAtTerminal],
    ['YES\r', askInProcess],
    [' y \r', askInProcess],
  ] as const)('apply asks below the plan, and runs after the answer %j', async (answer, ask) => {
    const workdir = await openTeamWithList()
    const { code, screen, report } = await ask(workdir, apply, { answer })
    expect([code, screen, report]).toEqual([
      0,
      `${asked}${answer.trimEnd()}${answer.startsWith(' ') ? ' ' : ''}\n`,
      done,
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'eve'])
  })

  test.each([
    ['n\r', runAtTerminal],
    ['\r', askInProcess],
    ['yeah\r', askInProcess],
  ] as const)('apply writes nothing after the answer %j', async (answer, ask) => {
    const workdir = await openTeamWithList()
    const before = readStore(workdir)
    const { code, screen, report } = await ask(workdir, apply, { answer })
    expect([code, screen, report]).toEqual([5, `${asked}${answer.trimEnd()}\n${refused}`, ''])
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply takes the end of the input as a no', async () => {
    const workdir = await openTeamWithList()
    const before = readStore(workdir)
    const { code, screen } = await runAtTerminal(workdir, apply, { answer: '\u0004' })
    expect([code, screen]).toEqual([5, `${asked}\n${refused}`])
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply is interrupted by Ctrl-C at the question, and writes nothing', async () => {
    const workdir = await openTeamWithList()
    const before = readStore(workdir)
    const { code, screen } = await runAtTerminal(workdir, apply, { answer: '\u0003' })
    expect([code, screen]).toEqual([
      130,
      `${asked}\nerror: Interrupted: nothing was written.\nhint: Run the same command again to continue.\n`,
    ])
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply asks again after Ctrl-Z and "fg"', async () => {
    const workdir = await openTeamWithList()
    const { code, screen } = await runAtTerminal(workdir, apply, { answer: '\u001ay\r' })
    expect([code, screen.endsWith('Continue? [y/N] y\n')]).toEqual([0, true])
    expect(listHolders(workdir)).toEqual(['ada', 'eve'])
  })

  test('apply --quiet prints the plan and the question as well', async () => {
    const workdir = await openTeamWithList()
    const { code, screen, report } = await askInProcess(workdir, [...apply, '--quiet'], { answer: 'y\r' })
    expect([code, screen, report]).toEqual([0, `${asked}y\n`, ''])
    expect(listHolders(workdir)).toEqual(['ada', 'eve'])
  })

  test('apply --format json asks on stderr, and prints the document on stdout', async () => {
    const workdir = await openTeamWithList()
    const yes = await runAtTerminal(workdir, [...apply, '--format', 'json'], { answer: 'y\r' })
    expect(JSON.parse(yes.report)).toMatchObject({ run: { id: 1 }, summary: { removals: 2 } })
    const again = await openTeamWithList()
    const no = await askInProcess(again, [...apply, '--format', 'json'], { answer: 'n\r' })
    expect(JSON.parse(no.report)).toEqual({
      schema: 1,
      error: {
        code: 'refused',
        message: 'Cancelled. Nothing was written.',
        hint: 'To carry the plan out, run the command again and answer with y.',
      },
    })
  })

  test.each([
    ['--yes is given', [...apply, '--yes']],
    ['it is a dry run', [...apply, '--dry-run']],
    ['the removals exceed --max-removals', ['apply', 'team.csv', '--max-removals', '1']],
    ['nothing would change', ['apply', 'same.csv']],
    ['one seat would be removed', ['bulk-unassign', 'one.csv']],
    ['one user is typed', ['unassign', 'bob']],
    ['apply removes one seat', ['apply', 'most.csv', '--max-removals', '100%']],
  ])('no question is asked where %s', async (_, args) => {
    const workdir = await openTeamWithList()
    workdir.write('same.csv', 'username\nada\nbob\ncarol\n')
    workdir.write('one.csv', 'username\nbob\neve\n')
    workdir.write('most.csv', 'username\nada\nbob\neve\n')
    const { screen } = await askInProcess(workdir, args)
    expect(screen).not.toContain('[y/N]')
  })

  test.each([
    ['bulk-unassign', ['bulk-unassign', 'leavers.csv']],
    ['unassign', ['unassign', 'bob', 'carol', 'typo']],
  ])(
    '%s asks before it removes more than one seat, and prints the failures behind the answer',
    async (_, args) => {
      const workdir = await openTeamWithList()
      workdir.write('leavers.csv', 'username\nbob\ncarol\ntypo\n')
      const { code, screen, report } = await runAtTerminal(workdir, args, { answer: 'y\r' })
      expect([code, screen.split('\n').at(-2)]).toEqual([
        3,
        'Seats to remove: 2, to assign: 0. Continue? [y/N] y',
      ])
      expect(report.split('\n').filter((line) => /[✓✗]/.test(line))).toHaveLength(1)
      expect(report).toContain('No user has the username "typo".')
      expect(listHolders(workdir)).toEqual(['ada'])
    },
  )
})

describe('changes of the store during the question', () => {
  /** Assigns a seat to Frank, which the confirmed plan does not remove. */
  function giveFrank(workdir: Workdir) {
    return () => workdir.inProcess.runExpecting(0, ['assign', 'frank'])
  }

  test('apply does not remove more seats than the confirmed plan', async () => {
    const workdir = await openTeamWithList()
    const command = ['apply', 'team.csv', '--max-removals', '100%']
    const meanwhile = giveFrank(workdir)
    const { code, screen } = await runAtTerminal(workdir, command, { answer: 'y\r', meanwhile })
    expect([code, screen.split('y\n').at(-1)]).toEqual([5, ''])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'frank'])
  })

  test('apply removes no seat that was not in the confirmed plan, also where the number is the same', async () => {
    const workdir = await openTeamWithList()
    const command = ['apply', 'team.csv', '--max-removals', '100%']
    const meanwhile = async () => {
      await workdir.inProcess.runExpecting(0, ['unassign', 'bob'])
      await workdir.inProcess.runExpecting(0, ['assign', 'frank'])
    }
    const { code, report } = await runAtTerminal(workdir, command, { answer: 'y\r', meanwhile })
    expect(report).toMatch(/This is its plan:\n\n[\s\S]*\n- +frank +✓ unassigned /)
    expect([code, report.split('\n').slice(-3)]).toEqual([
      5,
      [
        'Refused: a seat would be removed that was not in the plan you confirmed. Nothing was written.',
        'Seats have changed meanwhile. Run the same command again to see the new plan.',
        '',
      ],
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'carol', 'frank'])
  })

  test('apply runs where a user of the confirmed plan has lost the seat already', async () => {
    const workdir = await openTeamWithList()
    const meanwhile = () => workdir.inProcess.runExpecting(0, ['unassign', 'bob'])
    const command = ['apply', 'team.csv', '--max-removals', '100%']
    const { code } = await runAtTerminal(workdir, command, { answer: 'y\r', meanwhile })
    expect([code, listHolders(workdir)]).toEqual([0, ['ada', 'eve']])
  })

  test('bulk-unassign refuses a removal that was not in the confirmed plan', async () => {
    const workdir = await openTeamWithList()
    workdir.write('leavers.csv', 'username\nbob\ncarol\nfrank\n')
    const command = ['bulk-unassign', 'leavers.csv', '--format', 'ndjson']
    const meanwhile = giveFrank(workdir)
    const { code, screen, report } = await runAtTerminal(workdir, command, { answer: 'y\r', meanwhile })
    expect([code, screen.split('y\n').at(-1)]).toEqual([
      5,
      'error: Refused: a seat would be removed that was not in the plan you confirmed. Nothing was written.\n' +
        'hint: Seats have changed meanwhile. Run the same command again to see the new plan.\n',
    ])
    const outcomes = report
      .trim()
      .split('\n')
      .map((row) => (JSON.parse(row) as RunDocument['results'][number]).outcome)
    expect(outcomes).toEqual(['not_attempted', 'not_attempted', 'not_attempted'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'frank'])
  })
})

describe('confirmation without a terminal', () => {
  test.each([
    ['apply', apply, 'Seats to remove: 2, to assign: 1.'],
    ['apply --quiet', [...apply, '-q'], 'Seats to remove: 2, to assign: 1.'],
    ['bulk-unassign', ['bulk-unassign', 'leavers.csv'], 'Seats to remove: 2, to assign: 0.'],
    ['unassign', ['unassign', 'bob', 'carol'], 'Seats to remove: 2, to assign: 0.'],
  ])('%s without a terminal requires --yes and writes nothing', async (_, args, numbers) => {
    const workdir = await openTeamWithList()
    workdir.write('leavers.csv', 'username\nbob\ncarol\n')
    const before = readStore(workdir)
    expect(await workdir.inProcess.run(args)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `error: ${numbers} This needs a confirmation, and there is no terminal to ask on. Nothing was written.\n` +
        'hint: Check the plan with --dry-run, then add --yes.\n',
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply --format json prints a document when --yes is missing', async () => {
    const workdir = await openTeamWithList()
    workdir.write('all.csv', 'old\n')
    const { error } = await workdir.inProcess.runForJson<{ error: object }>(2, [
      ...apply,
      '--results',
      'all.csv',
    ])
    expect(error).toEqual({
      code: 'usage',
      message:
        'Seats to remove: 2, to assign: 1. This needs a confirmation, and there is no terminal to ask on. Nothing was written.',
      hint: 'Check the plan with --dry-run, then add --yes.',
    })
    expect(workdir.read('all.csv')).toBe('old\n')
  })

  test('apply with a list on standard input requires --yes', async () => {
    const workdir = await openTeamWithList()
    const finished = await workdir.run(['apply', '-', '--max-removals', '2'], { stdin: 'username\nada\n' })
    expect([finished.code, listHolders(workdir)]).toEqual([2, ['ada', 'Bob', 'carol']])
    await workdir.inProcess.runExpecting(0, ['apply', '-', '--max-removals', '2', '-y'], {
      stdin: 'username\nada\n',
    })
    expect(listHolders(workdir)).toEqual(['ada'])
  })
})
