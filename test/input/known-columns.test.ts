import { describe, expect, test } from 'vitest'
import { findKnownColumn } from '../../src/input/csv/known-columns.ts'
import { listInlineCode, listTableRows, readSection, readTopicSource } from '../support/manual.ts'

/** The rows of the help topic: kind, rank and names. */
function listDocumented(): [string, number, string[]][] {
  const documented: [string, number, string[]][] = []
  for (const [first = '', names = ''] of listTableRows(
    readSection(readTopicSource('csv'), '## Known names'),
  )) {
    const [kind = documented.at(-1)?.[0] ?? ''] = listInlineCode(first)
    const rank = documented.filter((row) => row[0] === kind).length
    documented.push([kind, rank, listInlineCode(names)])
  }
  return documented
}

describe('help csv', () => {
  test('help csv lists nine ranks of known names', () => {
    expect(listDocumented().map(([kind, rank]) => [kind, rank])).toEqual([
      ['username', 0],
      ['username', 1],
      ['username', 2],
      ['email', 0],
      ['email', 1],
      ['email', 2],
      ['email', 3],
      ['user_id', 0],
      ['user_id', 1],
    ])
  })

  test.each(listDocumented())('help csv lists names that mean a %s of rank %i', (kind, rank, names) => {
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect([name, findKnownColumn(name)]).toEqual([name, { kind, rank }])
  })
})

describe('findKnownColumn', () => {
  test.each(['ユーザー名', 'ユーザ名', 'ログイン名'])(
    'findKnownColumn finds the Japanese name %s of the username',
    (name) => {
      expect(findKnownColumn(name)?.kind).toBe('username')
    },
  )

  test.each(['メールアドレス', 'Eメール', '電子メール', 'メール', 'ユーザー プリンシパル名'])(
    'findKnownColumn finds the Japanese name %s of the address',
    (name) => {
      expect(findKnownColumn(name)?.kind).toBe('email')
    },
  )

  test.each(['', 'constructor', '__proto__', '[Required]', 'username [x] y'])(
    'findKnownColumn finds no column for %j',
    (name) => {
      expect(findKnownColumn(name)).toBeNull()
    },
  )
})
