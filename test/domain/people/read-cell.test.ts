import { describe, expect, test } from 'vitest'
import { type CellKind, readCell } from '../../../src/domain/people/read-cell.ts'

function read(cell: string, kind: CellKind = 'username'): unknown {
  const { keys, problem } = readCell(cell, kind)
  const values = keys.map(({ kind, value }) => `${kind} ${value}`)
  return problem === null ? values.join() : [problem, ...values]
}

describe('a cell', () => {
  test.each([
    ['ada', 'username ada'],
    [' @Ada ', 'username ada'],
    ['@', 'username @'],
    ['12', 'username 12'],
    ['ada.lovelace-1_x', 'username ada.lovelace-1_x'],
    ['ada@Example.com', 'email ada@example.com'],
    ['@ada@example.com', 'email ada@example.com'],
    ['JÖRG@example.com', 'email jörg@example.com'],
    ['jo\u0308rg@example.com', 'email jörg@example.com'],
    ['Ada Lovelace <ada@example.com>', 'email ada@example.com'],
    ['"Lovelace, Ada" <ada@example.com>', 'email ada@example.com'],
    ['<ada@example.com>', 'email ada@example.com'],
    ['mailto:ada@example.com', 'email ada@example.com'],
    ['MAILTO:ada@example.com?subject=Hi', 'email ada@example.com'],
    ['="ada"', 'username ada'],
    ['="a""b"', 'username a"b'],
    ['https://gitlab.example.com/Ada', 'username ada'],
    ['http://host/gitlab/ada/', 'username ada'],
    ['', ''],
    ['="" ', ''],
  ])('%j in a column of usernames is read as %j', (cell, expected) => {
    expect(read(cell)).toBe(expected)
  })

  test.each([
    ['12', 'user_id 12'],
    ['12.0', 'user_id 12'],
    ['12,00', 'user_id 12'],
    ['="12"', 'user_id 12'],
    ['gid://gitlab/User/12', 'user_id 12'],
  ])('%j in a column of ids or of any keys is read as %j', (cell, expected) => {
    expect([read(cell, 'user_id'), read(cell, 'any')]).toEqual([expected, expected])
  })

  test.each([
    ['ada', 'username ada'],
    ['ada@example.com', 'email ada@example.com'],
    ['Ada <ada@example.com>', 'email ada@example.com'],
  ])('%j in a column of any keys is read as %j', (cell, expected) => {
    expect(read(cell, 'any')).toBe(expected)
  })

  test.each([
    'A-17',
    '1.5',
    '-1',
    '7,000',
    '7.000',
    '0008',
    '0',
    '99999999999999999999',
    '1e3',
    'gid://gitlab/Group/1',
  ])('%j in a column of ids is not an id of GitLab', (cell) => {
    expect(read(cell, 'user_id')).toEqual(['not_a_user_id'])
  })

  test.each([
    ['ada,bob', ['several_names', 'username ada', 'username bob']],
    ['@ada, @bob', ['several_names', 'username ada', 'username bob']],
    ['@ada @bob', ['several_names', 'username ada', 'username bob']],
    ['ada;bob@example.com', ['several_names', 'username ada', 'email bob@example.com']],
    ['a@x.de b@x.de', ['several_names', 'email a@x.de', 'email b@x.de']],
    ['ada and bob', ['several_names', 'username ada', 'username bob']],
    ['ada/bob', ['several_names', 'username ada', 'username bob']],
    ['ada\nbob', ['several_names', 'username ada', 'username bob']],
    ['Ada <a@x.de>, Bob <b@x.de>', ['several_names', 'email a@x.de', 'email b@x.de']],
  ])('%j is several names', (cell, expected) => {
    expect(read(cell)).toEqual(expected)
  })

  test.each(['Linus Berg', 'Linus  van  Berg'])('%j is a display name', (cell) => {
    expect(read(cell)).toEqual(['display_name'])
  })

  test('a single name with a comma at its end is one name', () => {
    expect(read('ada,')).toBe('username ada')
  })
})
