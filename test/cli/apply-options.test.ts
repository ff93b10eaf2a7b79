import { describe, expect, test } from 'vitest'
import { decided, listOutcomes, openTeamWith, withSeats } from '../support/full-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { runMain } from '../support/run-main.ts'
import { team } from '../support/sample-team.ts'

describe('apply --max-removals', () => {
  test.each<[string, string[], number]>([
    ['runs where --max-removals is a number that is large enough', ['--max-removals', '2'], 0],
    ['refuses one removal more than the number of --max-removals', ['--max-removals', '1'], 5],
    ['refuses every removal with --max-removals 0', ['--max-removals', '0'], 5],
    ['runs where --max-removals is a percentage that is large enough', ['--max-removals', '50%'], 0],
    ['rounds the percentage of --max-removals down', ['--max-removals', '49%'], 5],
    ['refuses two of four removals without --max-removals, since the default is 10 %', [], 5],
  ])('apply %s', async (_, options, code) => {
    const workdir = await openTeamWith('username\nada\nbob\n')
    await workdir.inProcess.runExpecting(code, ['apply', 'team.csv', '--yes', ...options])
    expect(listHolders(workdir)).toEqual(code === 0 ? ['ada', 'Bob'] : ['ada', 'Bob', 'carol', 'dora'])
  })

  test.each<[string, string[], number]>([
    ['removes one seat without --max-removals where 10 % is less than one', [], 0],
    ['removes one seat with --max-removals 1%', ['--max-removals', '1%'], 0],
    ['removes no seat with --max-removals 0%', ['--max-removals', '0%'], 5],
  ])('apply %s', async (_, options, code) => {
    const workdir = await openTeamWith('username\nada\nbob\ncarol\n')
    await workdir.inProcess.runExpecting(code, ['apply', 'team.csv', '--yes', ...options])
  })

  test('apply removes 10 % of the seats without --max-removals, and not one more', async () => {
    const users = Array.from({ length: 30 }, (_, index) => makeUser(index + 1, `user-${index + 1}`))
    const seats = users.map(({ id }) => makeSeat(id))
    const facts = { users, seats, add_on_purchases: [makePurchase({ quantity: 30 })] }
    const keep = (count: number) =>
      `username\n${users
        .slice(0, count)
        .map(({ username }) => username)
        .join('\n')}\n`
    const workdir = await openTeamWith(keep(26), facts)
    await workdir.inProcess.runExpecting(5, ['apply', 'team.csv', '--yes'])
    workdir.write('team.csv', keep(27))
    await workdir.inProcess.runExpecting(0, ['apply', 'team.csv', '--yes'])
    expect(listHolders(workdir)).toHaveLength(27)
  })

  test('apply refuses the whole run beyond --max-removals, names the number, and assigns no seat either', async () => {
    const workdir = await openTeamWith('username\nada\neve\n', withSeats(9))
    const before = listHolders(workdir)
    const command = ['apply', 'team.csv', '--yes', '--format', 'json', '--rejects', 'rejects.csv']
    const { code, stdout, stderr } = await workdir.inProcess.run(command)
    expect([code, stderr]).toEqual([
      5,
      'error: Refused: 3 seats would be removed, the limit of --max-removals is 1 (10 % of 4). Nothing was written.\n' +
        'hint: Check the plan with --dry-run. To allow it, add --max-removals 3.\n',
    ])
    const { summary, results } = JSON.parse(stdout) as RunDocument
    expect(summary).toMatchObject({ removals: 3, needed: 1, free_before: 5, free_after: 5 })
    const asBefore = {
      message: 'Not changed: the run exceeds --max-removals, so nothing was written.',
    }
    expect(results).toEqual([
      makeRow(null, 'Bob', team.bob, 'not_attempted', asBefore),
      makeRow(null, 'carol', team.carol, 'not_attempted', asBefore),
      makeRow(null, 'dora', team.dora, 'not_attempted', asBefore),
      makeRow(2, 'ada', team.ada, 'already_assigned'),
      makeRow(3, 'eve', team.eve, 'not_attempted', asBefore),
    ])
    expect(listHolders(workdir)).toEqual(before)
    expect(workdir.read('rejects.csv')).toBe(
      `username,line,outcome,message\neve,3,not_attempted,"${asBefore.message}"\n`,
    )
    await workdir.inProcess.runExpecting(0, ['apply', 'team.csv', '--yes', '--max-removals', '3'])
    expect(listHolders(workdir)).toEqual(['ada', 'eve'])
  })

  test('apply --dry-run beyond --max-removals prints the plan and ends with the exit code of the run', async () => {
    const workdir = await openTeamWith('username\nada\n')
    const { code, stdout } = await workdir.inProcess.run(['apply', 'team.csv', '--dry-run'])
    expect([code, stdout]).toEqual([
      5,
      `\
   USER   OUTCOME       MESSAGE
-  Bob    ✓ unassigned  Seat would be removed.
-  carol  ✓ unassigned  Seat would be removed.
-  dora   ✓ unassigned  Seat would be removed. The user is blocked.

+ 0 to assign, - 3 to remove, = 1 unchanged, ! 0 not possible.
4 rows: 3 unassigned, 1 already_assigned.
Seats free: 0 before, 3 after.
Refused: 3 seats would be removed, the limit of --max-removals is 1 (10 % of 4). Nothing was written.
To allow it, add --max-removals 3.
`,
    ])
  })

  test('apply beyond --max-removals is refused without a question and without --yes', async () => {
    const workdir = await openTeamWith('username\nada\n')
    await workdir.inProcess.runExpecting(5, ['apply', 'team.csv'])
  })

  test.each(['-1', '10.5', '101%', 'all', ''])(
    'apply rejects "%s" as a value of --max-removals',
    async (cap) => {
      const { code, stderr } = await runMain(['apply', 'team.csv', '--yes', `--max-removals=${cap}`])
      expect([code, stderr.split('\n')[0]]).toEqual([
        2,
        `error: option '--max-removals <number>' argument '${cap}' is invalid. It takes a number, such as 25, or a percentage, such as 10%.`,
      ])
    },
  )
})

describe('apply --max-unknown', () => {
  /** Removes the seat of Dora, or of Carol if her name is misspelt. */
  const list = 'username\nada\nbob\ncarrol\n'
  const command = ['apply', 'team.csv', '--max-removals', '2']
  const refused = `\
Refused: 1 row of the list does not match exactly one user. A user with a misspelt name could lose the seat. Nothing was written.
`
  const toMend = 'Correct or remove: "carrol" (line 4). To allow it, add --max-unknown 1.\n'
  const asBefore = {
    message: 'Not changed: a row of the list does not match exactly one user, so nothing was written.',
  }
  const unknown = {
    ...makeUnknownRow(
      4,
      'carrol',
      'user_not_found',
      'No user has the username "carrol". Did you mean @carol?',
    ),
    suggestions: ['carol'],
  }

  test('apply refuses a list with a misspelt name while seats would be removed', async () => {
    const workdir = await openTeamWith(list)
    const { code, stdout, stderr } = await workdir.inProcess.run([...command, '--yes', '--format', 'json'])
    expect([code, stderr]).toEqual([5, `error: ${refused}hint: ${toMend}`])
    const { summary, results } = JSON.parse(stdout) as RunDocument
    expect(summary).toMatchObject({ removals: 2, free_before: 0, free_after: 0 })
    expect(results).toEqual([
      makeRow(null, 'carol', team.carol, 'not_attempted', asBefore),
      makeRow(null, 'dora', team.dora, 'not_attempted', asBefore),
      makeRow(2, 'ada', team.ada, 'already_assigned'),
      makeRow(3, 'bob', team.bob, 'already_assigned'),
      unknown,
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })

  test('apply --dry-run of a list with a misspelt name prints the plan and the refusal', async () => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    expect(await workdir.inProcess.run([...command, '--dry-run'])).toEqual({
      code: 5,
      stderr: '',
      stdout: `\
   LINE  USER    OUTCOME           MESSAGE
-        carol   ✓ unassigned      Seat would be removed.
-        dora    ✓ unassigned      Seat would be removed. The user is blocked.
!  4     carrol  ✗ user_not_found  No user has the username "carrol". Did you mean @carol?

+ 0 to assign, - 2 to remove, = 2 unchanged, ! 1 not possible.
5 rows: 2 unassigned, 2 already_assigned, 1 user_not_found.
Seats free: 0 before, 2 after.
${refused}${toMend}`,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test.each<[string, number]>([
    ['0', 5],
    ['1', 3],
    ['0%', 5],
    ['34%', 3],
    ['33%', 5],
    ['50%', 3],
  ])('apply --max-unknown %s with one misspelt name in three rows ends with %i', async (cap, code) => {
    const workdir = await openTeamWith(list)
    const document = await workdir.inProcess.runForJson<RunDocument>(code, [
      ...command,
      '--yes',
      '--max-unknown',
      cap,
    ])
    expect(document.results.at(-1)).toEqual(unknown)
    expect(listHolders(workdir)).toEqual(code === 3 ? ['ada', 'Bob'] : ['ada', 'Bob', 'carol', 'dora'])
  })

  test.each<[string, number]>([
    ['1', 5],
    ['2', 3],
    ['49%', 5],
    ['50%', 3],
  ])(
    'apply --max-unknown %s with an unknown and an ambiguous row among four ends with %i',
    async (cap, code) => {
      const workdir = await openTeamWith('username,email\nada,\nbob,\ntypo,\ncarol,ada@example.com\n')
      const { stderr } = await workdir.inProcess.run([
        ...command,
        '--yes',
        '--max-unknown',
        cap,
        '--format',
        'csv',
      ])
      expect(stderr.split('\n').slice(0, 3)).toEqual(
        code === 3
          ? [
              'Recorded in the store only: GitLab itself was not changed.',
              'warning: 1 row matches no user. Look for a misspelt name: that user could lose the seat.',
              'error: 2 of 5 rows failed.',
            ]
          : [
              'error: Refused: 2 rows of the list do not match exactly one user. A user with a misspelt name could lose the seat. Nothing was written.',
              'hint: Correct or remove: "typo" (line 4), "carol" (line 5). To allow it, add --max-unknown 2.',
              '',
            ],
      )
      expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', ...(code === 3 ? [] : ['dora'])])
    },
  )

  test('apply reports a misspelt name without a refusal where no seat would be removed', async () => {
    const workdir = await openTeamWith('username\nada\nbob\ncarol\ndora\ntypo\n')
    await workdir.inProcess.runExpecting(3, ['apply', 'team.csv', '--yes'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })

  test.each(['-1', '10.5', '101%', 'all', ''])(
    'apply rejects "%s" as a value of --max-unknown',
    async (cap) => {
      const { code, stderr } = await runMain(['apply', 'team.csv', '--yes', `--max-unknown=${cap}`])
      expect([code, stderr.split('\n')[0]]).toEqual([
        2,
        `error: option '--max-unknown <number>' argument '${cap}' is invalid. It takes a number, such as 25, or a percentage, such as 10%.`,
      ])
    },
  )
})

describe('apply --add-only and --remove-only', () => {
  const list = 'username\nada\nbob\neve\ntypo\n'

  test('apply --add-only assigns seats and removes none', async () => {
    const workdir = await openTeamWith(list, withSeats(5))
    const document = await workdir.inProcess.runForJson<RunDocument>(3, [
      'apply',
      'team.csv',
      '--yes',
      '--add-only',
    ])
    expect(listOutcomes(document)).toEqual([
      ['ada', 'already_assigned'],
      ['bob', 'already_assigned'],
      ['eve', 'assigned'],
      ['typo', 'user_not_found'],
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora', 'eve'])
  })

  test('apply --remove-only removes seats and assigns none', async () => {
    const workdir = await openTeamWith(list, withSeats(5))
    const document = await workdir.inProcess.runForJson<RunDocument>(3, [...decided, '--remove-only'])
    expect(listOutcomes(document)).toEqual([
      ['carol', 'unassigned'],
      ['dora', 'unassigned'],
      ['ada', 'already_assigned'],
      ['bob', 'already_assigned'],
      ['eve', 'not_assigned'],
      ['typo', 'user_not_found'],
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('apply rejects --add-only together with --remove-only', async () => {
    const workdir = await openTeamWith(list)
    const { code, stderr } = await workdir.inProcess.run([...decided, '--add-only', '--remove-only'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      "error: option '--add-only' cannot be used with option '--remove-only'",
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('apply --exit-code', () => {
  const dry = ['apply', 'team.csv', '--dry-run', '--max-removals', '100%']

  test.each<[string, string, number]>([
    ['a seat to remove', 'username\nada\nbob\ncarol\n', 7],
    ['a seat to assign', 'username\nada\nbob\ncarol\ndora\neve\n', 7],
    ['a failed row beside a seat to assign', 'username\nada\nbob\ncarol\ndora\neve\ntypo\n', 3],
    ['no difference', 'username\ndora\ncarol\nbob\nADA\nada\n', 0],
  ])('apply --dry-run --exit-code reports %s', async (_, list, code) => {
    const workdir = await openTeamWith(list, withSeats(9))
    const before = readStore(workdir)
    await workdir.inProcess.runExpecting(code === 3 ? 3 : 0, dry)
    await workdir.inProcess.runExpecting(code, [...dry, '--exit-code', '-q'])
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply --dry-run --exit-code ends with 5 where the run would be refused', async () => {
    const workdir = await openTeamWith('username\nada\n')
    await workdir.inProcess.runExpecting(5, ['apply', 'team.csv', '--dry-run', '--exit-code'])
  })

  test('apply rejects --exit-code without --dry-run', async () => {
    const workdir = await openTeamWith('username\nada\n')
    expect(await workdir.inProcess.run([...decided, '--exit-code'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: --exit-code needs --dry-run.\nhint: Add --dry-run, or remove --exit-code.\n',
    })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})
