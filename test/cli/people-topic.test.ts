import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import type { RunDocument } from '../support/run-document.ts'
import { Workdir } from '../support/workdir.ts'

const topic = readFileSync(join(import.meta.dirname, '../../src/cli/help/topics/people.md'), 'utf8')

/** The cells of the table below a header, without the marks of code. */
function readTable(header: string): string[][] {
  const [, below = ''] = topic.split(`${header}\n`)
  const lines = below.split('\n').slice(1)
  return lines.slice(0, lines.indexOf('')).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}

/** Ada and Grace, who was @hopper at the sync before. */
async function openPeople(): Promise<Workdir> {
  const workdir = new Workdir()
  for (const username of ['hopper', 'grace']) {
    const users = [
      makeUser(1, 'ada', { email: 'ada@example.com' }),
      makeUser(2, username, { email: 'grace@example.com' }),
      makeUser(12, 'dozen'),
    ]
    workdir.write('snapshot.json', JSON.stringify(makeSnapshot({ users, seats: [] })))
    await workdir.inProcess.runExpecting(0, ['sync', '--from', 'snapshot.json'])
  }
  return workdir
}

describe('the help topic "people"', () => {
  test('the help topic "people" shows which user a row means, or why it means none', async () => {
    const rows = readTable('| username | email | user_id | result |')
    expect(rows.length).toBeGreaterThan(15)
    const lines = rows.map((cells) => [...cells.slice(0, 3), 'x'].map(quote).join())
    const workdir = await openPeople()
    workdir.write('rows.csv', `username,email,user_id,note\n${lines.join('\n')}\n`)
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, [
      'bulk-assign',
      'rows.csv',
      '--dry-run',
    ])
    expect(results.map(({ username, outcome }) => (username === null ? outcome : `@${username}`))).toEqual(
      rows.map((cells) => cells[3]),
    )
  })

  test('the help topic "people" shows how a cell is read', async () => {
    const rows = readTable('| cell | read as |').filter(([cell]) => !cell?.startsWith('https:'))
    const lines = rows.map(([cell = '']) => {
      const text = quote(cell.replace(/ in a .*/, ''))
      return /\b12\b/.test(text) ? `,${text}` : `${text},`
    })
    const workdir = await openPeople()
    workdir.write('cells.csv', `username,user_id\n${lines.join('\n')}\n`)
    const { results } = await workdir.runForJson<RunDocument>(0, ['bulk-assign', 'cells.csv', '--dry-run'])
    expect(results.map(({ user_id }) => user_id)).toEqual(
      rows.map(([, readAs = '']) => (readAs.startsWith('ada') ? 1 : Number(readAs))),
    )
  })
})
