import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import type { AskedUser } from '../../src/gitlab/ask-about-users.ts'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { composeQuestion, countUsersPerQuestion, usersPerSearch } from '../../src/gitlab/seat-question.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { hostGitLab } from '../support/host-gitlab.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { catchFailure, connectPeer, makeOptions } from './peer-gitlab.ts'
import { readSchemaOfVersion } from './schema-of-version.ts'
import { connectServed } from './served-gitlab.ts'

const duoPro = { id: 1, addOn: 'duo-pro' } as const

function makeAsked(text: string | null, facts: Partial<AskedUser> = {}): AskedUser {
  return { username: null, userId: null, text, ...facts }
}

/** A question of the greatest size. */
function composeFull(inGroup: boolean, filtersBySeat: boolean): string {
  const searches = countUsersPerQuestion({ filtersBySeat })
  return composeQuestion({ byUsername: true, byId: true, searches, inGroup, filtersBySeat })
}

/**
 * The complexity of a query for GitLab: 1 for a plain field; a field with a resolver adds 1, or 6 with a search, to its fields,
 * and a list 1 % for each node of a page.
 */
function weigh(document: string): number {
  const { definitions } = parse(document)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const sum = ({ selections }: SelectionSetNode): number =>
    selections.reduce((total, node) => {
      if (node.kind === Kind.FIELD) return total + weighField(node)
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : undefined
      return total + (fragment === undefined ? 0 : sum(fragment.selectionSet))
    }, 0)
  const weighField = ({ name, arguments: args = [], selectionSet }: FieldNode): number => {
    const inner = selectionSet === undefined ? 0 : sum(selectionSet)
    if (args.length === 0) return 1 + inner
    const first = args.find((arg) => arg.name.value === 'first')?.value
    const own = inner + (args.some((arg) => arg.name.value === 'search') ? 6 : 1)
    const nodes = first?.kind === Kind.INT ? Number(first.value) : 100
    return name.value === 'namespace' ? own : Math.floor(own * (1 + nodes / 100))
  }
  return definitions.reduce(
    (total, definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? total + sum(definition.selectionSet) : total,
    0,
  )
}

describe('a question about users', () => {
  test.each([
    ['an instance', false, true, ['17.5', '18.0', '18.6']],
    ['a group', true, true, ['17.5', '18.0', '18.6']],
    ['an instance without a filter by seat', false, false, ['16.8', '17.0', '17.4']],
    ['a group without a filter by seat', true, false, ['16.6', '17.0', '17.4']],
  ])('a question about users to %s is valid for its versions', (_, inGroup, filtersBySeat, versions) => {
    const document = parse(composeFull(inGroup, filtersBySeat))
    for (const version of versions) expect(validate(readSchemaOfVersion(version), document)).toEqual([])
  })

  test.each([
    ['an instance', false, true, 198],
    ['a group', true, true, 201],
    ['an instance without a filter by seat', false, false, 192],
    ['a group without a filter by seat', true, false, 193],
  ])(
    "a question about users to %s is within GitLab's limits for characters and complexity",
    (_, inGroup, filtersBySeat, score) => {
      const document = composeFull(inGroup, filtersBySeat)
      expect(document.length).toBeLessThan(10_000)
      expect(weigh(document)).toBe(score)
      expect(score).toBeLessThan(250)
    },
  )

  test.each([
    [true, false, 0],
    [false, true, 0],
    [false, false, 1],
  ])(
    'a question about users has only the parts that it needs: usernames %s, ids %s, searches %d',
    (byUsername, byId, searches) => {
      const document = composeQuestion({ byUsername, byId, searches, inGroup: false, filtersBySeat: true })
      expect(validate(readSchemaOfVersion('18.6'), parse(document))).toEqual([])
    },
  )
})

describe('GitLab.askAboutUsers', () => {
  const asked = [
    makeAsked('ada', { username: 'ada', userId: 1 }),
    makeAsked('bob', { username: 'bob' }),
    makeAsked('carol', { userId: 3 }),
    makeAsked(null, { userId: 77 }),
  ]

  // Carol is blocked: an Owner sees her among the holders only.
  test.each([
    [null, ['Bob', 'ada', 'carol']],
    ['acme', ['Bob', 'ada']],
  ])('GitLab.askAboutUsers finds users and holders, eligible or not, in group %s', async (group, found) => {
    const gitlab = await connectServed('18.6', group)
    const { users, ...answers } = await gitlab.askAboutUsers(duoPro, asked)
    expect(users.map(({ username, member }) => [username, member]).sort()).toEqual(
      found.map((username) => [username, group === null]),
    )
    expect(answers).toEqual({
      holders: new Set([1, 3]),
      others: new Set(),
      wholeTexts: new Set(['ada', 'bob', 'carol']),
    })
  })

  test.each(['17.4', '16.8'])(
    'GitLab.askAboutUsers finds eligible users, with their seats, in %s',
    async (version) => {
      const gitlab = await connectServed(version)
      const { users, ...answers } = await gitlab.askAboutUsers(duoPro, asked)
      expect(users).toHaveLength(3)
      expect(answers).toEqual({ holders: new Set([1]), others: new Set([2]), wholeTexts: new Set() })
    },
  )

  test('GitLab.askAboutUsers finds a holder of exactly that username among many, and does not count a full search as whole', async () => {
    const users = Array.from({ length: 30 }, (_, index) => makeUser(index + 1, `ann${index || ''}`))
    const seats = users.map(({ id }) => makeSeat(id))
    const workdir = await openStoreOf(
      makeSnapshot({ users, seats, add_on_purchases: [makePurchase({ quantity: 30 })] }),
    )
    const served = await hostGitLab(workdir.join('store.db'))
    const gitlab = await GitLab.connect(makeOptions(served.url, { token: served.token }).options)
    const answers = await gitlab.askAboutUsers(duoPro, [makeAsked('ann'), makeAsked('ann29')])
    expect(answers.holders).toContain(1)
    expect(answers.holders).toContain(30)
    expect(answers.holders.size).toBeLessThanOrEqual(usersPerSearch + 1)
    expect(answers.wholeTexts).toEqual(new Set(['ann29']))
  })

  test('GitLab.askAboutUsers asks about a hundred users in five requests', async () => {
    const gitlab = await connectServed('18.6')
    expect([gitlab.countQuestions(1), gitlab.countQuestions(20), gitlab.countQuestions(100)]).toEqual([
      1, 1, 5,
    ])
    const names = Array.from({ length: 100 }, (_, index) => `nobody${index}`)
    const answers = await gitlab.askAboutUsers(
      duoPro,
      names.map((name) => makeAsked(name, { username: name })),
    )
    expect(answers.wholeTexts).toEqual(new Set(names))
  })

  test('GitLab.askAboutUsers rejects a search with a user without an id', async () => {
    const purchases = [{ id: 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/1' }]
    const data = { purchases, search0: { nodes: [{ id: null }] } }
    const { gitlab } = await connectPeer(() => ({ body: { data } }))
    expect((await catchFailure(gitlab.askAboutUsers(duoPro, [makeAsked('ada')]))).message).toBe(
      'GitLab answered with a user that duo-seats cannot read.',
    )
  })
})
