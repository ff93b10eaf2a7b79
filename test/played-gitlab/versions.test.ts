import { describe, expect, test } from 'vitest'
import { openStoreOf } from '../support/fill-store.ts'
import { type HostedGitLab, hostGitLab } from '../support/host-gitlab.ts'
import { makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { purchaseGid } from './shared-gitlab.ts'

const users = [makeUser(7, 'ada')]
const subscription = {
  offering: 'gitlab.com',
  url: 'https://gitlab.com',
  group: 'acme',
  plan: 'ultimate',
  gitlab_version: '18.6.0',
  last_sync_at: null,
}

async function playVersion(version: string, facts: object = {}): Promise<HostedGitLab> {
  const workdir = await openStoreOf(makeSnapshot({ users, ...facts }))
  return hostGitLab(workdir.join('store.db'), { version })
}

/** The fields and arguments of the seat API that differ by version, as a GitLab of this version knows them. */
async function listFeatures(version: string, facts: object = {}): Promise<string[]> {
  const gitlab = await playVersion(version, facts)
  const { data } = await gitlab.ask(`{
    query: __type(name: "Query") { fields { name args { name } } }
    mutation: __type(name: "Mutation") { fields { name } }
    user: __type(name: "AddOnUser") { fields { name } }
    payload: __type(name: "UserAddOnAssignmentBulkCreatePayload") { name }
  }`)
  const { query, mutation, user, payload } = data as {
    query: { fields: { name: string; args: { name: string }[] }[] }
    mutation: { fields: { name: string }[] }
    user: { fields: { name: string }[] }
    payload: { name: string } | null
  }
  const list = query.fields.find(({ name }) => name === 'selfManagedAddOnEligibleUsers')
  return [
    ...query.fields.map(({ name }) => name).filter((name) => name.startsWith('addOn')),
    ...(list?.args.map(({ name }) => name).filter((name) => /addOnPurchaseIds|sort|filter/.test(name)) ?? []),
    ...user.fields.map(({ name }) => name).filter((name) => name === 'lastDuoActivityOn'),
    ...mutation.fields.map(({ name }) => name.replace('userAddOnAssignment', '')),
    ...(payload === null ? [] : ['BulkCreatePayload']),
  ]
}

const single = ['Create', 'Remove']
const bulk = ['BulkCreate', 'BulkRemove', 'BulkCreatePayload']
const filters = ['addOnPurchaseIds', 'filterByAssignedSeat', 'sort']

describe('an older GitLab', () => {
  test.each([
    ['18.0', ['addOnPurchases', ...filters, 'lastDuoActivityOn', 'echoCreate', ...single, ...bulk]],
    ['17.11', ['addOnPurchases', ...filters, 'echoCreate', ...single, ...bulk]],
    ['17.4', ['addOnPurchases', 'sort', 'echoCreate', ...single, ...bulk]],
    ['17.2', ['addOnPurchase', 'echoCreate', ...single]],
    ['16.7', ['addOnPurchase', 'echoCreate']],
  ])('GitLab %s has the fields of its time', async (version, features) => {
    expect(await listFeatures(version)).toEqual(features)
  })

  test('GitLab.com has bulk mutations since 16.11', async () => {
    const known = ['addOnPurchase', 'echoCreate', ...single]
    expect(await listFeatures('16.11', { subscription })).toEqual([...known, ...bulk])
    expect(await listFeatures('16.10', { subscription })).toEqual(known)
  })

  test('an older GitLab answers its own fields, and refuses newer ones in its own words', async () => {
    const gitlab = await playVersion('17.2')
    expect(
      await gitlab.ask(`{
        metadata { version }
        addOnPurchase(addOnType: CODE_SUGGESTIONS) { id name }
        none: addOnPurchase(addOnType: DUO_ENTERPRISE) { id }
        selfManagedAddOnEligibleUsers(addOnType: CODE_SUGGESTIONS) { nodes { username } }
      }`),
    ).toEqual({
      data: {
        metadata: { version: '17.2.0-ee' },
        addOnPurchase: { id: purchaseGid(1), name: 'CODE_SUGGESTIONS' },
        none: null,
        selfManagedAddOnEligibleUsers: { nodes: [{ username: 'ada' }] },
      },
    })
    const response = await gitlab.post({
      query: `{ addOnPurchases { id }
        selfManagedAddOnEligibleUsers(addOnType: CODE_SUGGESTIONS, sort: ID_ASC) { nodes { lastDuoActivityOn } } }`,
    })
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        errors: [
          {
            message: "Field 'addOnPurchases' doesn't exist on type 'Query'",
            locations: [{ line: 1, column: 3 }],
            extensions: { code: 'undefinedField', typeName: 'Query', fieldName: 'addOnPurchases' },
          },
          {
            message: "Field 'selfManagedAddOnEligibleUsers' doesn't accept argument 'sort'",
            locations: [{ line: 2, column: 68 }],
            extensions: {
              code: 'argumentNotAccepted',
              name: 'selfManagedAddOnEligibleUsers',
              typeName: 'Field',
              argumentName: 'sort',
            },
          },
          {
            message: "Field 'lastDuoActivityOn' doesn't exist on type 'AddOnUser'",
            locations: [{ line: 2, column: 92 }],
            extensions: { code: 'undefinedField', typeName: 'AddOnUser', fieldName: 'lastDuoActivityOn' },
          },
        ],
      },
    ])
  })
})
