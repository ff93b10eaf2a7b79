import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openStoreOf } from '../support/fill-store.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import type { RunDocument } from '../support/run-document.ts'

const usernames = fc.uniqueArray(fc.stringMatching(/^[a-z_.-][a-z0-9_.-]{1,8}$/), {
  minLength: 1,
  maxLength: 6,
})

const parts = [
  'A',
  'ö',
  ' ',
  ',',
  ';',
  '|',
  '\t',
  '"',
  "'",
  '\n',
  '\r',
  '=',
  '+',
  '-',
  '@',
  '#',
  '\u001b',
  '\uff1d',
]
const names = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((name) => name.join(''))

test('bulk-assign reads back what list prints as CSV, whatever the names contain', async () => {
  await fc.assert(
    fc.asyncProperty(
      usernames,
      fc.array(names, { minLength: 6, maxLength: 6 }),
      async (people, fullNames) => {
        const users = people.map((username, index) =>
          makeUser(index + 1, username, { name: fullNames[index] ?? '' }),
        )
        const workdir = await openStoreOf(
          makeSnapshot({ users, add_on_purchases: [makePurchase({ quantity: 6 })] }),
        )
        workdir.write(
          'list.csv',
          await workdir.inProcess.runExpecting(0, ['list', '--all', '--format', 'csv']),
        )
        const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['bulk-assign', 'list.csv'])
        expect(results.map(({ username, outcome }) => [username, outcome]).sort()).toEqual(
          people.map((username) => [username, 'assigned']).sort(),
        )
      },
    ),
    {
      numRuns: 60,
      // Most names have a semicolon.
      examples: [
        [
          ['__', '-.', 'a_', '___'],
          [';A', '', ';', ';A', '', ''],
        ],
      ],
    },
  )
})

test('the CSV of history and of runs does not give a seat to the user of the token', async () => {
  const team = await openLinkedTeam()
  await team.inProcess.runExpecting(0, ['assign', 'bob'])
  const history = await team.inProcess.runExpecting(0, ['history', '--limit', '1', '--format', 'csv'])
  const { results } = await team.inProcess.runForJson<RunDocument>(0, ['bulk-assign', '-', '--dry-run'], {
    stdin: history,
  })
  expect(results).toMatchObject([{ username: 'Bob', outcome: 'already_assigned' }])
  const runs = await team.inProcess.runExpecting(0, ['runs', '--format', 'csv'])
  const { code, stderr } = await team.inProcess.run(['bulk-assign', '-', '--dry-run'], { stdin: runs })
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('no column is named username, email or user_id'),
  ])
})
