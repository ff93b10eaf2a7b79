import { expect, test } from 'vitest'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'

const users = 2_000
const quantity = 1_500
const holders = 100
/** Seats that `apply` removes, and assigns. */
const replaced = 400
const ineligible = new Set(Array.from({ length: 8 }, (_, index) => index * 250 + 207))

/** A fifth of all answers fail, in every way. */
const faults = '429:0.04,502:0.04,503:0.02,504:0.02,internal-error:0.04,drop:0.03,drop-after:0.03'

/** Runs a command with the binary, and syncs until no change is pending. */
async function finish(team: LinkedTeam, args: readonly string[]): Promise<void> {
  let { code } = await team.run(args)
  while (code === 6) ({ code } = await team.inProcess.run(['sync']))
  expect([0, 3]).toContain(code)
}

function expectHolders(team: LinkedTeam, ids: readonly number[]): void {
  const intended = ids.map(nameOf).toSorted()
  expect(team.listGitLabHolders()).toEqual(intended)
  expect(team.listOwnHolders()).toEqual(intended)
  expect(team.readResults().filter(([, , pushed]) => pushed === 'pending')).toEqual([])
}

function nameOf(id: number): string {
  return `user${String(id).padStart(4, '0')}`
}

test("bulk-assign of 2,000 users and apply of 400 replacements reach exactly the intended seats though a fifth of GitLab's answers fail", async () => {
  const ids = Array.from({ length: users }, (_, index) => index + 1)
  const team = await openLinkedTeam(
    {
      add_on_purchases: [makePurchase({ quantity })],
      users: ids.map((id) => makeUser(id, nameOf(id))),
      seats: ids.slice(0, holders).map((id) => makeSeat(id)),
    },
    { faults, seed: 11 },
  )
  // GitLab blocks some users after the sync, and refuses whole calls because of them.
  team.changeGitLab(`UPDATE users SET state = 'blocked' WHERE id IN (${[...ineligible].join()})`)
  const list = ids.toReversed().map(nameOf)
  team.workdir.write('everybody.csv', `username\n${list.join('\n')}\n`)

  await finish(team, ['bulk-assign', 'everybody.csv'])
  const served = ids.toReversed().filter((id) => id > holders && !ineligible.has(id))
  const held = [...ids.slice(0, holders), ...served.slice(0, quantity - holders)]
  expectHolders(team, held)

  const wanted = [...held.slice(replaced), ...served.slice(quantity - holders).slice(0, replaced)]
  team.workdir.write('wanted.csv', `username\n${wanted.map(nameOf).join('\n')}\n`)
  await finish(team, ['apply', 'wanted.csv', '--yes', '--max-removals', String(replaced)])
  expectHolders(team, wanted)
}, 900_000)
