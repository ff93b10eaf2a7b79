import { expect, test } from 'vitest'
import { openTeam } from '../support/sample-team.ts'

const keysOfList =
  'username, user_id, name, email, state, holds_seat, eligible, reason, assigned_at, last_activity_on, last_duo_activity_on, pushed'

test('list --columns prints a table of these columns in this order, also of keys that the table usually lacks', async () => {
  const workdir = await openTeam()
  const stdout = await workdir.inProcess.runExpecting(0, [
    'list',
    '--all',
    '--limit=2',
    '--columns=User-Id, username,reason,user_id',
  ])
  expect(stdout.split('\n').slice(4, 7)).toEqual([
    'USER ID  USERNAME  WHY NOT',
    expect.any(String),
    expect.any(String),
  ])
  expect(stdout.split('\n')[5]).toMatch(/^\d+ +\S+$/)
})

test('--columns that is repeated adds columns', async () => {
  const workdir = await openTeam()
  const args = [
    'list',
    '--columns',
    'email',
    '--columns',
    'username,email',
    '--limit',
    '1',
    '--format',
    'csv',
  ]
  expect((await workdir.inProcess.runExpecting(0, args)).split('\n')[0]).toBe('email,username')
})

test('list --columns keeps the chosen keys in CSV, NDJSON and JSON', async () => {
  const workdir = await openTeam()
  const read = (format: string) =>
    workdir.inProcess.runExpecting(0, [
      'list',
      '--columns',
      'email,username',
      '--limit',
      '1',
      '--format',
      format,
    ])
  const json = JSON.parse(await read('json')) as { purchase: object; users: object[] }
  const [user = {}] = json.users
  expect([Object.keys(user), Object.keys(json)]).toEqual([
    ['email', 'username'],
    ['schema', 'purchase', 'surplus', 'recorded_only', 'users'],
  ])
  expect(JSON.parse(await read('ndjson'))).toEqual(user)
  expect(await read('csv')).toBe(`email,username\n${Object.values(user).join(',')}\n`)
})

test('bulk-assign reads the output of list with --columns', async () => {
  const workdir = await openTeam()
  const list = await workdir.inProcess.runExpecting(0, ['list', '--columns=username', '--format=csv'])
  const { results } = await workdir.inProcess.runForJson(0, ['bulk-assign', '-', '--dry-run'], {
    stdin: list,
  })
  expect(results.map(({ outcome }) => outcome)).toEqual(
    Array(list.split('\n').length - 2).fill('already_assigned'),
  )
})

test('--columns chooses the columns of a run, and --results has all of them', async () => {
  const workdir = await openTeam()
  const args = ['assign', 'nope', '--columns', 'outcome,input,success', '--results', 'all.csv']
  const { code, stdout } = await workdir.inProcess.run(args)
  expect([code, stdout.split('\n').slice(0, 2)]).toEqual([
    3,
    ['OUTCOME           INPUT  SUCCESS', '✗ user_not_found  nope   false'],
  ])
  expect(workdir.read('all.csv').split('\n')[0]).toBe(
    'line,input,username,user_id,outcome,success,reason,message,suggestions',
  )
})

test('runs --columns chooses facts of runs, and with --user also keys of the result', async () => {
  const workdir = await openTeam()
  await workdir.inProcess.run(['assign', 'ada'])
  const read = (...args: string[]) => workdir.inProcess.runExpecting(0, args)
  expect(await read('runs', '--columns', 'command,id')).toMatch(/^COMMAND {2}RUN\nassign {3}1\n/)
  expect(await read('runs', '--columns=id,message', '--user=ada', '--format=csv')).toMatch(
    /^id,message\n1,The user /,
  )
  expect(await read('runs', 'show', '1', '--columns=username', '--format=csv')).toBe('username\nada\n')
})

test.each([
  [
    ['list', '--columns', 'username,nope'],
    `The column "nope" does not exist. The columns are: ${keysOfList}.`,
  ],
  [['list', '--columns', ''], 'The column "" does not exist.'],
  [
    ['assign', 'ada', '--columns', 'id'],
    'The column "id" does not exist. The columns are: line, input, username,',
  ],
  [
    ['runs', '--columns', 'message'],
    'The column "message" does not exist without --user.\nhint: The columns are: id, ',
  ],
  [
    ['runs', 'show', '1', '--columns', 'id'],
    'The column "id" does not exist in a result.\nhint: The columns are: line, ',
  ],
  [['sync', '--from', 'x.json', '--columns', 'change'], 'The report of sync does not have columns.'],
  [['bulk-assign', 'x.csv', '--format=rake', '--columns', 'line'], 'The format rake does not have columns.'],
])('%j is a usage error that lists the columns, before anything is done', async (args, words) => {
  const workdir = await openTeam()
  const { code, stdout, stderr } = await workdir.inProcess.run(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(words)
})
