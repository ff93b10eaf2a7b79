import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { orderApply } from '../../src/orders/apply.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import { needsConfirmation } from '../../src/orders/order.ts'
import { RunSession } from '../../src/runs/run-session.ts'
import { Session } from '../../src/session.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { makePaths, makeSeat, makeSnapshot } from '../store/sample-store.ts'

const nextPath = makePaths()

test('a front end without commander and without a terminal previews, confirms and performs an order', async () => {
  const storePath = nextPath()
  const kinds = new Set<string>()
  const { signal } = new AbortController()
  const session = new Session({ env: {}, storePath, signal, tell: ({ kind }) => kinds.add(kind) })
  await session.useStore({ create: true }, async (store) => {
    const snapshot = makeSnapshot({ seats: [makeSeat(1), makeSeat(2)] })
    await syncSnapshot(snapshot, { allowOlder: false }, { ...session, store })
    const order = orderApply(createNameList(['bob', 'cleo', 'typo']), {
      addOn: 'duo-pro',
      maxUnknown: { number: 1 },
      push: true,
    })
    const run = new RunSession(store, order, { ...session, connect: ({ url }) => Promise.reject(url) })
    const plan = await run.preview()

    const other = new Database(storePath)
    other.exec("BEGIN IMMEDIATE; UPDATE users SET name = 'Kleo' WHERE id = 3")
    expect([...plan.report.readResults()].map(({ input, outcome }) => [input, outcome])).toEqual([
      ['ada', 'unassigned'],
      ['bob', 'already_assigned'],
      ['cleo', 'assigned'],
      ['typo', 'user_not_found'],
    ])
    expect(needsConfirmation(order, plan.report.summary)).toBe(false)
    other.exec('COMMIT')
    other.close()

    const { report, failure } = await run.push(await run.decide(plan.removals))
    run.close()
    expect([...report.readRejects()].map(({ input }) => input)).toEqual(['typo'])
    expect({ ...report.summary, failure }).toMatchObject({ removals: 1, needed: 1, failed: 1, failure: null })
    expect([...store.seats.readAll()].map(({ userId }) => userId)).toEqual([2, 3])
  })
  expect([...kinds]).toEqual(['store_written', 'rows_decided'])
})
