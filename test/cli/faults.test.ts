import { expect, test } from 'vitest'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'

const users = 2_000
const quantity = 1_500
const holders = 100
const ineligible = new Set(Array.from({ length: 8 }, (_, index) => index * 250 + 207))

/** A fifth of all answers, of every kind. */
const faults = '429:0.04,502:0.04,503:0.02,504:0.02,drop:0.04,drop-after:0.04'

function nameOf(id: number): string {
  return `user${String(id).padStart(4, '0')}`
}

test('a list of 2,000 users, against a GitLab of which a fifth of the answers fail, ends in exactly the intended seats', async () => {
  const ids = Array.from({ length: users }, (_, index) => index + 1)
  const team = await openLinkedTeam(
    {
      add_on_purchases: [makePurchase({ quantity })],
      users: ids.map((id) => makeUser(id, nameOf(id))),
      seats: ids.slice(0, holders).map((id) => makeSeat(id)),
    },
    ['--fail', faults, '--seed', '11'],
  )
  // GitLab blocks some after the sync, so that calls are refused as a whole for them.
  team.changeGitLab(`UPDATE users SET state = 'blocked' WHERE id IN (${[...ineligible].join()})`)
  const list = ids.toReversed().map(nameOf)
  team.workdir.write('everybody.csv', `username\n${list.join('\n')}\n`)

  let { code } = await team.run(['bulk-assign', 'everybody.csv'])
  while (code === 6) ({ code } = await team.run(['sync']))
  expect([0, 3]).toContain(code)

  const served = ids.toReversed().filter((id) => id > holders && !ineligible.has(id))
  const intended = [...ids.slice(0, holders), ...served.slice(0, quantity - holders)].map(nameOf).toSorted()
  expect(team.listGitLabHolders()).toEqual(intended)
  expect(team.listOwnHolders()).toEqual(intended)
  const left = team.readResults().filter(([, , pushed]) => pushed === 'pending')
  expect(left).toEqual([])
}, 180_000)
