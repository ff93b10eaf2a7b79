import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makePurchase } from '../support/make-snapshot.ts'
import { listHolders } from '../support/read-store.ts'
import { openTeam, withBothAddOns, withFreeSeats } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import { fixtures, Workdir } from '../support/workdir.ts'

const command = ['bulk-assign', 'people.csv', '--format', 'rake']

const invalidPath = `\
=================================================================================
## ERROR ##
File path is invalid.
Please specify a valid file path by setting the DUO_BULK_USER_FILE_PATH
environment variable or by providing it as an argument.
================================================================================
`

const noPurchase = `\
================================================================================
## ERROR ##
Unable to find Duo add-on purchase.
Please ensure the necessary add-on is already purchased and exists.
================================================================================
`

describe('bulk-assign --format rake', () => {
  test('--format rake prints both sections, repeats duplicates, and says once that no seats are left', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    workdir.write(
      'people.csv',
      'username,email,team\nBOB,\nada,\nbob,\nnobody,\n,,x\ncarol,\ndora,\ndora,\neve,\ncarol,\nnobody,\nbob,ada@example.com\n',
    )
    expect(await workdir.inProcess.run(command)).toEqual({
      code: 3,
      stdout: `
Successful Assignments:
User assigned: BOB
User assigned: ada
User assigned: bob

Failed Assignments:
User is not found: nobody
User is not found: ${''}
Failed to assign seat to user: carol, Errors: ["NO_SEATS_AVAILABLE"]
##No seats are left; users starting from @carol onwards were not assigned.##
Failed to assign seat to user: dora, Errors: ["INVALID_USER_MEMBERSHIP"]
Failed to assign seat to user: dora, Errors: ["INVALID_USER_MEMBERSHIP"]
Failed to assign seat to user: eve, Errors: ["NO_SEATS_AVAILABLE"]
Failed to assign seat to user: carol, Errors: ["NO_SEATS_AVAILABLE"]
User is not found: nobody
User is not found: bob
`,
      stderr:
        'Ignored column: "team".\nRecorded in the store only: GitLab itself was not changed.\nerror: 9 of 12 rows failed.\nhint: The message of each result has the reason; --results FILE writes them to a file.\n',
    })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test.each<[string, string, number, string]>([
    [
      'without failures',
      'username\nbob\n',
      0,
      '\nSuccessful Assignments:\nUser assigned: bob\n\nFailed Assignments:\n\n',
    ],
    [
      'without successes',
      'username\nnobody\n',
      3,
      '\nSuccessful Assignments:\n\n\nFailed Assignments:\nUser is not found: nobody\n',
    ],
    ['without rows', 'username\n', 0, '\nSuccessful Assignments:\n\n\nFailed Assignments:\n\n'],
  ])('--format rake prints an empty line for an empty section: %s', async (_, list, code, stdout) => {
    const workdir = await openTeam()
    workdir.write('people.csv', list)
    expect(await workdir.inProcess.runExpecting(code, command)).toBe(stdout)
  })

  test('--format rake prints the namespace first on GitLab.com', async () => {
    const workdir = new Workdir()
    const snapshot = JSON.parse(readFileSync(`${fixtures}/snapshots/gitlab-com.json`, 'utf8')) as object
    await syncStore(workdir, snapshot)
    workdir.write('people.csv', 'username\nomar.haddad\nquentin\n')
    const stdout = await workdir.inProcess.runExpecting(3, [...command, '--add-on', 'duo-pro'])
    expect(stdout).toBe(`
Namespace found: acme

Successful Assignments:
User assigned: omar.haddad

Failed Assignments:
Failed to assign seat to user: quentin, Errors: ["INVALID_USER_MEMBERSHIP"]
`)
  })

  test('--format rake prints the same with --dry-run and --quiet', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\nnobody\n')
    const preview = await workdir.inProcess.runExpecting(3, [...command, '--dry-run', '--quiet'])
    expect(listHolders(workdir)).toEqual(['ada'])
    expect(preview).toBe(await workdir.inProcess.runExpecting(3, command))
  })

  test('--format rake prints the results of a list that --on-shortage fail refused', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    workdir.write('people.csv', 'username\nbob\ncarol\n')
    expect(await workdir.inProcess.runExpecting(5, [...command, '--on-shortage', 'fail'])).toBe(`
Successful Assignments:


Failed Assignments:
Failed to assign seat to user: bob, Errors: ["NOT_ATTEMPTED"]
Failed to assign seat to user: carol, Errors: ["NO_SEATS_AVAILABLE"]
##No seats are left; users starting from @carol onwards were not assigned.##
`)
  })
})

describe('a failure with --format rake', () => {
  test.each<[string, string[], string]>([
    [
      'a file that does not exist',
      ['none.csv'],
      'error: The file none.csv does not exist.\nhint: Check the name, or give - for standard input.\n',
    ],
    [
      'no file',
      [],
      'error: No file is given.\nhint: Name one: "duo-seats bulk-assign people.csv", - for standard input, or a group with --members-of.\n',
    ],
  ])('--format rake prints a failure in the words of the task as well: %s', async (_, args, stderr) => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['bulk-assign', ...args, '--format', 'rake'])).toEqual({
      code: 2,
      stdout: invalidPath,
      stderr,
    })
  })

  test('--format rake prints the namespace before a failure on GitLab.com', async () => {
    const workdir = new Workdir()
    const snapshot = JSON.parse(readFileSync(`${fixtures}/snapshots/gitlab-com.json`, 'utf8')) as object
    await syncStore(workdir, { ...snapshot, add_on_purchases: [], seats: [] })
    workdir.write('people.csv', 'username\nquentin\n')
    expect(await workdir.inProcess.runExpecting(1, command)).toBe(`\nNamespace found: acme\n${noPurchase}`)
  })

  test.each<[string, object]>([
    ['none was bought', { add_on_purchases: [], seats: [] }],
    ['it has expired', { add_on_purchases: [makePurchase({ expires_on: '2026-03-01' })] }],
  ])('--format rake prints in the words of the task that no purchase is active: %s', async (_, facts) => {
    const workdir = await openTeam(facts)
    workdir.write('people.csv', 'username\nbob\n')
    const { code, stdout, stderr } = await workdir.inProcess.run(command)
    expect([code, stdout]).toEqual([1, noPurchase])
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/)
  })

  test.each<[string, string, string[], string]>([
    [
      'a malformed file',
      'username\n"bob\n',
      [],
      'people.csv, line 2: a quote (") is opened in this row and never closed.',
    ],
    ['an add-on to choose', 'username\nbob\n', [], 'More than one add-on has seats.'],
    [
      'one file for both',
      'username\nbob\n',
      ['--results', 'r.csv', '--rejects', 'r.csv'],
      '--results and --rejects name the same file.',
    ],
  ])(
    '--format rake prints a failure that the task does not have on stderr alone: %s',
    async (_, list, options, sentence) => {
      const workdir = await openTeam(withBothAddOns)
      workdir.write('people.csv', list)
      const addOn = sentence.startsWith('More') ? [] : ['--add-on', 'duo-pro']
      const { code, stdout, stderr } = await workdir.inProcess.run([...command, ...addOn, ...options])
      expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `error: ${sentence}`])
    },
  )
})
