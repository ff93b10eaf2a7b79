import { expect, test } from 'vitest'
import { createNameList } from '../../src/orders/name-list.ts'
import { readAllRequests } from '../input/read-csv.ts'

test('every name becomes a request in the order typed, without a line', async () => {
  const source = createNameList(['Ada', ' @bob ', 'Carol@Example.com'])
  expect(await readAllRequests(source)).toEqual([
    { line: null, input: 'Ada', keys: { username: 'ada', email: null, userId: null } },
    { line: null, input: '@bob', keys: { username: 'bob', email: null, userId: null } },
    {
      line: null,
      input: 'Carol@Example.com',
      keys: { username: null, email: 'carol@example.com', userId: null },
    },
  ])
})

test('names have no file and no hash, and every reading gives the same', async () => {
  const source = createNameList(['ada', 'ada'])
  expect([source.name, source.sha256, source.progress]).toEqual([null, null, 1])
  expect(await readAllRequests(source)).toEqual(await readAllRequests(source))
})

test('a lone @ is a name that nobody has, and an empty name is none', async () => {
  const source = createNameList(['@', ' '])
  expect(await readAllRequests(source)).toEqual([
    { line: null, input: '@', keys: { username: '@', email: null, userId: null } },
    { line: null, input: '', keys: { username: null, email: null, userId: null } },
  ])
})

test('no names are no requests', async () => {
  expect(await readAllRequests(createNameList([]))).toEqual([])
})
