import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import type { ChangeRow } from '../support/sync-store.ts'

/** Names that GitLab allows, with special characters of CSV, spreadsheets, JSON and terminals. */
const names = [
  'Last, First',
  'Ada "the Countess" Lovelace',
  '"',
  'two\nlines',
  'two\r\nlines',
  '=HYPERLINK("https://evil.example.com","x")',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\n=1',
  '# no comment',
  "'quoted'",
  '\\',
  '\u001b[2J\u0007',
  '\u202egnp.exe',
  '{"a":1}',
  ' spaced ',
  'Zoë 🦊',
]

const holders = names.length - 5

const facts = {
  users: names.map((name, index) => makeUser(index + 1, `user-${index}`, { name })),
  seats: names.slice(0, holders).map((_, index) => makeSeat(index + 1)),
  add_on_purchases: [makePurchase({ quantity: 100 })],
}

/** Lists cells that a spreadsheet runs or that control a terminal. */
function listActing(csv: string): string[] {
  const rows = parse(csv, { columns: false }) as string[][]
  return rows.flat().filter((cell) => /^[\t\n\r ]*[=+@-]|(?!\n)\p{Cc}|\p{Cf}/u.test(cell))
}

/** Parses a CSV, and checks that none of its cells acts in a spreadsheet or a terminal. */
function readHarmless(csv: string): Record<string, string>[] {
  expect(listActing(csv)).toEqual([])
  return parse(csv, { columns: true }) as Record<string, string>[]
}

test('list and sync print names with special characters as one harmless CSV cell, and unchanged as JSON', async () => {
  const team = await openLinkedTeam(facts)
  const { users } = await team.inProcess.runForJson<{ users: { name: string }[] }>(0, [
    'list',
    '--all',
    '--sort',
    'username',
  ])
  expect(users.map((user) => user.name).toSorted()).toEqual(names.toSorted())
  const listed = readHarmless((await team.inProcess.run(['list', '--all', '--format', 'csv'])).stdout)
  expect(listed.map(({ username }) => username)).toHaveLength(names.length)

  const rename = `UPDATE users SET name = name || '; now "other", =1'`
  team.changeGitLab(rename)
  const changed = readHarmless((await team.inProcess.run(['sync', '--format', 'csv'])).stdout)
  expect(changed.map(({ change, username }) => `${change} ${username}`).toSorted()).toEqual(
    names.map((_, index) => `user_changed user-${index}`).toSorted(),
  )
  for (const { after } of changed) expect(after).toContain(`; now "other",' =1`)
  team.changeGitLab(rename)
  const { changes } = await team.inProcess.runForJson<{ changes: ChangeRow[] }>(0, ['sync'])
  expect(changes.map(({ after, user_id }) => after?.includes(names[Number(user_id) - 1] ?? '?'))).toEqual(
    names.map(() => true),
  )
})

test('sync --to writes names with special characters unchanged, and another store reads them unchanged', async () => {
  const team = await openLinkedTeam(facts)
  await team.inProcess.runForJson(0, ['sync', '--to', 'copy.json'])
  const text = team.workdir.read('copy.json')
  expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u)
  const copy = JSON.parse(text) as { users: { id: number; name: string }[]; seats: { user_id: number }[] }
  expect(copy.users.map((user) => user.name)).toEqual(names)
  expect(copy.seats.map(({ user_id }) => user_id)).toEqual(
    Array.from({ length: holders }, (_, index) => index + 1),
  )

  const other = ['--store', team.workdir.join('other.db')]
  await team.workdir.inProcess.runExpecting(0, ['sync', '--from', 'copy.json', ...other])
  const list = ['list', '--all', '--format', 'csv']
  expect((await team.inProcess.run([...list, ...other])).stdout).toBe(
    (await team.inProcess.run(list)).stdout.replace(/,pushed$/m, '').replaceAll(/,(confirmed|)$/gm, ''),
  )
})
