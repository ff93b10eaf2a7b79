import { expect, test } from 'vitest'
import { nameStore } from '../../src/domain/name-store.ts'
import { createProgram } from '../../src/main.ts'

const hint = 'Link it with "duo-seats link URL", or fill it with "duo-seats sync --from snapshot.json".'

test('the commands of a hint repeat --store as it was typed, and nothing without it', () => {
  expect(nameStore(hint, null)).toBe(hint)
  expect(nameStore(hint, '/tmp/own.db')).toBe(
    'Link it with "duo-seats --store /tmp/own.db link URL", or fill it with "duo-seats --store /tmp/own.db sync --from snapshot.json".',
  )
})

test.each([
  ['it is', "'it is'"],
  ["ann's.db", "'ann'\\''s.db'"],
  ['$HOME/x.db', "'$HOME/x.db'"],
  ['~/x.db', '~/x.db'],
])('the store %j is quoted for a shell as %s', (store, quoted) => {
  expect(nameStore('duo-seats sync', store)).toBe(`duo-seats --store ${quoted} sync`)
})

test.each([
  'Update duo-seats.',
  'An answer that duo-seats cannot read',
  'Run duo-seats --store x sync',
  'duo-seats sync --from copy.json --store copy.db',
  'duo-seats help csv',
])('%j stays as it is', (text) => {
  expect(nameStore(text, 'own.db')).toBe(text)
})

test('every command that uses a store repeats it', async () => {
  const { commands } = await createProgram([], () => async () => {})
  const without = ['template', 'serve', 'completion', 'help']
  for (const name of commands.map((command) => command.name()))
    expect(nameStore(`duo-seats ${name}`, 'own.db').includes('--store'), name).toBe(!without.includes(name))
})
