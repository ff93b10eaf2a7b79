import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { askGitLab, type GitLabAddress, type GraphqlAnswer } from '../support/gitlab-address.ts'
import { type HostedGitLab, type HostOptions, hostGitLab } from '../support/host-gitlab.ts'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { listHolders } from '../support/read-store.ts'
import { openTeam, withFreeSeats } from '../support/sample-team.ts'
import { type RunningGitLab, startGitLab } from '../support/serve.ts'
import type { Workdir } from '../support/workdir.ts'
import { notAvailable, purchaseGid, userGid } from './shared-gitlab.ts'

type Mutation = 'Create' | 'Remove' | 'BulkCreate' | 'BulkRemove'

/** A played GitLab with the team of `sample-team.ts`. */
async function playTeam(
  facts: object = {},
  options: HostOptions = {},
): Promise<{ workdir: Workdir; gitlab: HostedGitLab }> {
  const workdir = await openTeam(facts)
  return { workdir, gitlab: await hostGitLab(workdir.join('store.db'), options) }
}

/** As {@link playTeam}, in a process of its own. */
async function serveTeam(): Promise<{ workdir: Workdir; gitlab: RunningGitLab }> {
  const workdir = await openTeam()
  return { workdir, gitlab: await startGitLab(workdir) }
}

/** Runs one mutation for users by id, and selects every field of its payload. */
async function change(
  gitlab: GitLabAddress,
  mutation: Mutation,
  ids: number | number[],
  purchaseId = 1,
): Promise<GraphqlAnswer> {
  const field = `userAddOnAssignment${mutation}`
  const isBulk = typeof ids !== 'number'
  const user = `id username addOnAssignments(addOnPurchaseIds: ["${purchaseGid(1)}", "${purchaseGid(2)}"]) {
    nodes { addOnPurchase { id } }
  }`
  const { data, errors } = await askGitLab(
    gitlab,
    `mutation Change($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) {
      ${field}(input: $input) {
        clientMutationId
        addOnPurchase { id name purchasedQuantity assignedQuantity }
        ${isBulk ? `users { count nodes { ${user} } }` : `user { ${user} }`}
        errors
      }
    }`,
    {
      input: {
        clientMutationId: 'mine',
        addOnPurchaseId: purchaseGid(purchaseId),
        ...(isBulk ? { userIds: ids.map(userGid) } : { userId: userGid(ids) }),
      },
    },
  )
  const answer = data?.[field] ?? null
  return errors === undefined
    ? { data: { answer } }
    : { data: { answer }, errors: errors.map(({ message }) => ({ message })) }
}

const refused = (code: string, isBulk: boolean) => ({
  data: {
    answer: {
      clientMutationId: 'mine',
      addOnPurchase: null,
      ...(isBulk ? { users: null } : { user: null }),
      errors: [code],
    },
  },
})

const unavailable = { data: { answer: null }, errors: [{ message: notAvailable }] }

const duoPro = (assignedQuantity: number, purchasedQuantity = 4) => ({
  id: purchaseGid(1),
  name: 'CODE_SUGGESTIONS',
  purchasedQuantity,
  assignedQuantity,
})

const userWith = (id: number, username: string, held: number[]) => ({
  id: userGid(id),
  username,
  addOnAssignments: { nodes: held.map((purchase) => ({ addOnPurchase: { id: purchaseGid(purchase) } })) },
})

describe('giving one seat', () => {
  test('giving one seat returns the user and the purchase, and stores a seat without a run', async () => {
    const { workdir, gitlab } = await playTeam()
    const before = new Date().toISOString()
    expect(await change(gitlab, 'Create', 3)).toEqual({
      data: {
        answer: {
          clientMutationId: 'mine',
          addOnPurchase: duoPro(2),
          user: userWith(3, 'carol', [1]),
          errors: [],
        },
      },
    })
    const database = new Database(workdir.join('store.db'), { readonly: true })
    const seat = database
      .prepare('SELECT add_on_purchase_id, run_id, assigned_at FROM seats WHERE user_id = 3')
      .get() as { assigned_at: string }
    database.close()
    expect(seat).toEqual({ add_on_purchase_id: 1, run_id: null, assigned_at: expect.any(String) })
    expect(seat.assigned_at >= before && seat.assigned_at <= new Date().toISOString()).toBe(true)
  })

  test('giving one seat checks for a held seat first, then for free seats, then the user', async () => {
    const { workdir, gitlab } = await playTeam({ ...withFreeSeats(0), seats: [makeSeat(4)] })
    // dora is blocked and holds a seat; ada is eligible.
    expect(await change(gitlab, 'Create', 4)).toMatchObject({ data: { answer: { errors: [] } } })
    expect(await change(gitlab, 'Create', 9)).toEqual(refused('NO_SEATS_AVAILABLE', false))
    expect(await change(gitlab, 'Create', 1)).toEqual(refused('NO_SEATS_AVAILABLE', false))
    expect(await change(gitlab, 'Remove', 4)).toMatchObject({ data: { answer: { errors: [] } } })
    expect(await change(gitlab, 'Create', 4)).toEqual(refused('INVALID_USER_MEMBERSHIP', false))
    expect(await change(gitlab, 'Create', 9)).toEqual(refused('INVALID_USER_MEMBERSHIP', false))
    expect(listHolders(workdir)).toEqual([])
  })

  test('unknown users, unknown purchases and expired purchases are not available', async () => {
    const { gitlab } = await playTeam({
      add_on_purchases: [
        makePurchase({ expires_on: '2026-02-01' }),
        makePurchase({ id: 2, add_on: 'duo-enterprise' }),
      ],
    })
    expect(await change(gitlab, 'Create', 3)).toEqual(unavailable)
    expect(await change(gitlab, 'Create', 3, 77)).toEqual(unavailable)
    expect(await change(gitlab, 'Create', 77, 2)).toEqual(unavailable)
    expect(await change(gitlab, 'Remove', 77, 2)).toEqual(unavailable)
    expect(await change(gitlab, 'BulkCreate', [3])).toEqual(unavailable)
    expect(await change(gitlab, 'BulkRemove', [3])).toEqual(unavailable)
  })

  test('concurrent requests never give more seats than there are', async () => {
    const { workdir, gitlab } = await playTeam(withFreeSeats(2))
    const answers = await Promise.all([2, 3, 5, 6, 7, 8].map((id) => change(gitlab, 'Create', id)))
    const refusals = answers.filter(({ data }) => JSON.stringify(data).includes('NO_SEATS_AVAILABLE'))
    expect(refusals).toHaveLength(4)
    expect(listHolders(workdir)).toHaveLength(3)
  })
})

describe('removing one seat', () => {
  test('removing one seat returns the user, and null without an error when no seat is held', async () => {
    const { workdir, gitlab } = await playTeam()
    expect(await change(gitlab, 'Remove', 1)).toEqual({
      data: {
        answer: {
          clientMutationId: 'mine',
          addOnPurchase: duoPro(0),
          user: userWith(1, 'ada', []),
          errors: [],
        },
      },
    })
    expect(await change(gitlab, 'Remove', 1)).toEqual({ data: { answer: null } })
    expect(listHolders(workdir)).toEqual([])
  })
})

describe('giving many seats', () => {
  test('giving many seats returns each user once, and holders take no further seat', async () => {
    const { workdir, gitlab } = await playTeam(withFreeSeats(2))
    expect(await change(gitlab, 'BulkCreate', [3, 1, 3, 2])).toEqual({
      data: {
        answer: {
          clientMutationId: 'mine',
          addOnPurchase: duoPro(3, 3),
          users: {
            count: 3,
            nodes: [userWith(3, 'carol', [1]), userWith(1, 'ada', [1]), userWith(2, 'Bob', [1])],
          },
          errors: [],
        },
      },
    })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test.each([
    ['an unknown user', [2, 77]],
    ['a blocked user', [2, 4]],
    ['a bot', [9, 2]],
  ])('giving many seats gives none when the list holds %s, and does not name the user', async (_, ids) => {
    const { workdir, gitlab } = await playTeam(withFreeSeats(0))
    expect(await change(gitlab, 'BulkCreate', ids)).toEqual(refused('INVALID_USER_ID_PRESENT', true))
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('giving many seats gives none when too few are free, not counting holders', async () => {
    const { workdir, gitlab } = await playTeam(withFreeSeats(1))
    expect(await change(gitlab, 'BulkCreate', [1, 2, 3])).toEqual(refused('NOT_ENOUGH_SEATS', true))
    expect(listHolders(workdir)).toEqual(['ada'])
    expect(await change(gitlab, 'BulkCreate', [1, 2])).toMatchObject({ data: { answer: { errors: [] } } })
  })

  test('giving many seats refuses a holder who is no longer eligible', async () => {
    const { gitlab } = await playTeam({ seats: [makeSeat(4)] })
    expect(await change(gitlab, 'BulkCreate', [4])).toEqual(refused('INVALID_USER_ID_PRESENT', true))
  })
})

describe('removing many seats', () => {
  test('removing many seats returns all users, also those without a seat', async () => {
    const { workdir, gitlab } = await playTeam()
    expect(await change(gitlab, 'BulkRemove', [1, 2])).toEqual({
      data: {
        answer: {
          clientMutationId: 'mine',
          addOnPurchase: duoPro(0),
          users: { count: 2, nodes: [userWith(1, 'ada', []), userWith(2, 'Bob', [])] },
          errors: [],
        },
      },
    })
    expect(listHolders(workdir)).toEqual([])
    expect(await change(gitlab, 'BulkRemove', [1, 2])).toEqual(refused('NO_ASSIGNMENTS_FOUND', true))
  })
})

describe('a bulk call', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

  test('a bulk call takes 1 to 100 ids, and checks that after the purchase', async () => {
    const { gitlab } = await playTeam()
    expect(await change(gitlab, 'BulkCreate', ids(101), 77)).toEqual(unavailable)
    expect(await change(gitlab, 'BulkCreate', ids(101))).toEqual({
      data: { answer: null },
      errors: [
        { message: 'The number of users to be assigned in a single API call should be less than 100.' },
      ],
    })
    expect(await change(gitlab, 'BulkRemove', ids(101))).toEqual({
      data: { answer: null },
      errors: [
        { message: 'The number of users to be unassigned in a single API call should be less than 100.' },
      ],
    })
    expect(await change(gitlab, 'BulkCreate', ids(100))).toEqual(refused('INVALID_USER_ID_PRESENT', true))
    expect(await change(gitlab, 'BulkCreate', [])).toEqual(unavailable)
    expect(await change(gitlab, 'BulkRemove', [])).toEqual(unavailable)
  })

  test('a bulk call takes at most 50 ids before GitLab 17.6', async () => {
    const { gitlab } = await playTeam({}, { version: '17.5' })
    expect(await change(gitlab, 'BulkCreate', ids(51))).toEqual({
      data: { answer: null },
      errors: [
        { message: 'The number of users to be assigned in a single API call should be less than 50.' },
      ],
    })
    expect(await change(gitlab, 'BulkCreate', ids(50))).toEqual(refused('INVALID_USER_ID_PRESENT', true))
  })
})

describe('another process', () => {
  test('a mutation waits for the lock of another process', async () => {
    const { workdir, gitlab } = await serveTeam()
    const database = new Database(workdir.join('store.db'))
    database.exec('BEGIN IMMEDIATE')
    const answer = change(gitlab, 'Create', 2)
    await new Promise((done) => setTimeout(done, 1_300))
    database.exec('COMMIT')
    database.close()
    expect(await answer).toMatchObject({ data: { answer: { errors: [] } } })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('a mutation that waits for a lock ends with the server', async () => {
    const { workdir, gitlab } = await serveTeam()
    const database = new Database(workdir.join('store.db'))
    onTestFinished(() => void database.close())
    database.exec('BEGIN IMMEDIATE')
    const answer = change(gitlab, 'Create', 2).catch(() => 'none')
    await gitlab.ask('{ metadata { version } }')
    expect(await gitlab.stop()).toBe(0)
    expect(gitlab.stderr).not.toContain('error:')
    await answer
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('a change by another process is visible to the next request', async () => {
    const { workdir, gitlab } = await serveTeam()
    const query = `{ addOnPurchases { assignedQuantity }
      selfManagedAddOnEligibleUsers(addOnType: CODE_SUGGESTIONS, addOnPurchaseIds: ["${purchaseGid(1)}"],
        filterByAssignedSeat: "true", sort: ID_ASC) { count nodes { username } } }`
    expect(await gitlab.ask(query)).toMatchObject({ data: { addOnPurchases: [{ assignedQuantity: 1 }] } })
    await workdir.inProcess.runExpecting(0, ['assign', 'Bob'])
    expect(await gitlab.ask(query)).toEqual({
      data: {
        addOnPurchases: [{ assignedQuantity: 2 }],
        selfManagedAddOnEligibleUsers: { count: 2, nodes: [{ username: 'ada' }, { username: 'Bob' }] },
      },
    })
  })
})
