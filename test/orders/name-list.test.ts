import { expect, test } from 'vitest'
import { createNameList } from '../../src/orders/name-list.ts'
import { readAllRequests } from '../input/read-csv.ts'

test('every typed name becomes a request without a line, in the order typed', async () => {
  const source = createNameList(['Ada', ' @bob ', 'Carol@Example.com'])
  expect(await readAllRequests(source)).toEqual([
    { line: null, input: 'Ada', keys: [{ kind: 'username', value: 'ada' }], problem: null },
    { line: null, input: '@bob', keys: [{ kind: 'username', value: 'bob' }], problem: null },
    {
      line: null,
      input: 'Carol@Example.com',
      keys: [{ kind: 'email', value: 'carol@example.com' }],
      problem: null,
    },
  ])
})

test('a list of names has no file and no hash, and every reading yields the same', async () => {
  const source = createNameList(['ada', 'ada'])
  expect(source.file).toBeNull()
  expect(await readAllRequests(source)).toEqual(await readAllRequests(source))
})

test('a lone @ is a username that matches no user, and an empty name has no keys', async () => {
  const source = createNameList(['@', ' '])
  expect(await readAllRequests(source)).toEqual([
    { line: null, input: '@', keys: [{ kind: 'username', value: '@' }], problem: null },
    { line: null, input: '', keys: [], problem: null },
  ])
})

test('a list without names has no requests', async () => {
  expect(await readAllRequests(createNameList([]))).toEqual([])
})
