import { existsSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeStore } from '../support/fill-store.ts'
import { makeGroup } from '../support/group-tree.ts'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { readStore } from '../support/read-store.ts'
import { makeTeamSnapshot } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'
import { expectNoLeftovers, expectSound } from './expect-sound.ts'
import { fuzz } from './fuzz.ts'
import { changeValues, valueChanges } from './mutated-json.ts'
import { changeText, textChanges } from './mutated-text.ts'

const snapshot = makeTeamSnapshot({
  add_on_purchases: [makePurchase({ quantity: 4 }), makePurchase({ id: 2, add_on: 'duo-enterprise' })],
  seats: [makeSeat(1), makeSeat(2), makeSeat(3, { add_on_purchase_id: 2 })],
  groups: [makeGroup('acme', [['ada', 'owner']], ['acme/data']), { full_path: 'acme/data' }],
})

const snapshots = fc.oneof(
  fc
    .record({ values: valueChanges, isReversed: fc.boolean() })
    .map(
      ({ values, isReversed }) =>
        JSON.stringify(reverseKeys(changeValues(snapshot, values), isReversed)) ?? '',
    ),
  textChanges.map((changes) => changeText(JSON.stringify(snapshot, null, 1), changes)),
)

function reverseKeys(document: unknown, isReversed: boolean): unknown {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
  return isReversed && isObject ? Object.fromEntries(Object.entries(document).reverse()) : document
}

test('a snapshot of any text is taken as a whole or changes nothing', async () => {
  const workdir = new Workdir()
  const store = await makeStore(makeTeamSnapshot())
  const one = fc.record({ text: snapshots, hasStore: fc.boolean(), allowsOlder: fc.boolean() })
  await fuzz(one, async ({ text, hasStore, allowsOlder }) => {
    for (const name of ['store.db', 'store.db-wal', 'store.db-shm', 'store.db-push'])
      rmSync(workdir.join(name), { force: true })
    if (hasStore) workdir.write('store.db', store)
    workdir.write('snapshot.json', text)
    const before = hasStore ? readStore(workdir) : null
    const args = [
      'sync',
      '--from',
      'snapshot.json',
      '--format=json',
      ...(allowsOlder ? ['--allow-older'] : []),
    ]
    const finished = await workdir.inProcess.run(args)
    expectSound(args, finished)
    expectNoLeftovers(workdir)
    expect([0, 2]).toContain(finished.code)
    if (finished.code === 0) return
    if (before === null) expect(existsSync(workdir.join('store.db'))).toBe(false)
    else expect(readStore(workdir)).toEqual(before)
  })
})
