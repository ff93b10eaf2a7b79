import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { UserPage } from '../../src/gitlab/user-pages.ts'
import type { PeerAnswer, PeerRequest } from '../support/http-peer.ts'
import { makeMeeting } from '../support/meeting.ts'
import { catchFailure, collect, connectPeer } from './peer-gitlab.ts'

const purchase = { id: 1, addOn: 'duo-pro' } as const

function makeNode(id: number): object {
  return {
    id: `gid://gitlab/User/${id}`,
    username: `user${id}`,
    name: `User ${id}`,
    publicEmail: null,
    state: 'active',
    type: 'HUMAN',
    lastActivityOn: null,
    lastDuoActivityOn: null,
  }
}

interface ListFacts {
  /** The count on the first page; null: an old server without one. */
  count: number | null
  encode: (position: number) => string
  pageSize: number
}

const offsets = (position: number) => Buffer.from(String(position)).toString('base64url')
const opaque = (position: number) => Buffer.from(JSON.stringify({ id: String(position) })).toString('base64')

/** Answers with pages of a list of `size` users, like GitLab. */
function listUsers(size: number, facts: Partial<ListFacts> = {}) {
  const { count = size, encode = offsets, pageSize = 100 } = facts
  const positions = new Map(Array.from({ length: size + 1 }, (_, position) => [encode(position), position]))
  return ({ variables }: PeerRequest): PeerAnswer => {
    // GitLab answers with an empty page after the end.
    const start = variables['after'] === null ? 0 : (positions.get(String(variables['after'])) ?? size)
    const end = Math.min(size, start + pageSize)
    const nodes = Array.from({ length: end - start }, (_, index) => makeNode(start + index + 1))
    const pageInfo = { endCursor: end === start ? null : encode(end), hasNextPage: end < size }
    const users = { nodes, pageInfo, ...(variables['isFirst'] === true && { count }) }
    return { body: { data: { users } } }
  }
}

function listIds(pages: readonly UserPage[]): number[] {
  return pages.flatMap(({ users }) => users.map(({ id }) => id)).sort((one, other) => one - other)
}

const idsUntil = (size: number) => Array.from({ length: size }, (_, index) => index + 1)

describe('GitLab.readUsers', () => {
  test.each([0, 1, 99, 100, 101, 200, 950])('GitLab.readUsers reads each of %i users once', async (size) => {
    const { gitlab, peer } = await connectPeer(listUsers(size))
    const pages = await collect(gitlab.readUsers(purchase, 'free'))
    expect(listIds(pages)).toEqual(idsUntil(size))
    expect(pages.map(({ total }) => total)).toEqual(pages.map(() => size))
    expect(peer.seen).toHaveLength(Math.max(1, Math.ceil(size / 100)))
  })

  test('GitLab.readUsers reads four pages at a time when cursors are positions, and asks for the count once', async () => {
    let inFlight = 0
    const most: number[] = []
    const answering = listUsers(2_000)
    const fourAsked = makeMeeting(4)
    const { gitlab, peer } = await connectPeer(async (request: PeerRequest, index: number) => {
      inFlight += 1
      most.push(inFlight)
      if (index > 0) await fourAsked()
      await delay(20)
      inFlight -= 1
      return answering(request)
    })
    const pages = await collect(gitlab.readUsers(purchase, 'holders'))
    expect(listIds(pages)).toEqual(idsUntil(2_000))
    expect(Math.max(...most)).toBe(4)
    expect(peer.seen.filter(({ variables }) => variables['isFirst'] === true)).toHaveLength(1)
  })

  test.each([
    ['cursors are opaque', { encode: opaque }],
    ['GitLab returns no count', { count: null }],
  ])('GitLab.readUsers reads one page after the other when %s', async (_, facts) => {
    let inFlight = 0
    const most: number[] = []
    const answering = listUsers(750, facts)
    const { gitlab } = await connectPeer(async (request: PeerRequest) => {
      inFlight += 1
      most.push(inFlight)
      await delay(5)
      inFlight -= 1
      return answering(request)
    })
    expect(listIds(await collect(gitlab.readUsers(purchase, 'free')))).toEqual(idsUntil(750))
    expect(Math.max(...most)).toBe(1)
  })

  test('GitLab.readUsers reads pages that are smaller than requested', async () => {
    const { gitlab, peer } = await connectPeer(listUsers(170, { pageSize: 50 }))
    expect(listIds(await collect(gitlab.readUsers(purchase, 'free')))).toEqual(idsUntil(170))
    expect(peer.seen).toHaveLength(4)
  })

  test('GitLab.readUsers reads on after the counted pages, because users may have come meanwhile', async () => {
    const { gitlab, peer } = await connectPeer(listUsers(730, { count: 410 }))
    expect(listIds(await collect(gitlab.readUsers(purchase, 'free')))).toEqual(idsUntil(730))
    expect(peer.seen).toHaveLength(8)
  })

  test.each<[string, (index: number) => object, number]>([
    ['repeats a page', () => ({ endCursor: 'same', hasNextPage: true }), 2],
    ['repeats a page', (index) => ({ endCursor: index % 2 === 0 ? 'A' : 'B', hasNextPage: true }), 3],
    ['names no next page', () => ({ endCursor: null, hasNextPage: true }), 1],
    ['names no next page', () => ({ endCursor: 'x'.repeat(1_001), hasNextPage: true }), 1],
  ])('GitLab.readUsers fails when the list %s', async (what, makePageInfo, sent) => {
    const { gitlab, peer } = await connectPeer((_, index) => ({
      body: { data: { users: { nodes: [makeNode(index)], pageInfo: makePageInfo(index), count: 9 } } },
    }))
    expect(await catchFailure(collect(gitlab.readUsers(purchase, 'free')))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `GitLab did not list all users of the purchase: the list ${what}.`,
    })
    expect(peer.seen).toHaveLength(sent)
  })

  test('GitLab.readUsers fails when a page before the last one is empty', async () => {
    const { gitlab, peer } = await connectPeer((_, index) => ({
      body: {
        data: { users: { nodes: [], pageInfo: { endCursor: `c${index}`, hasNextPage: true }, count: 9 } },
      },
    }))
    expect((await catchFailure(collect(gitlab.readUsers(purchase, 'free')))).message).toBe(
      'GitLab did not list all users of the purchase: the list has an empty page before its end.',
    )
    expect(peer.seen).toHaveLength(1)
  })

  test.each([4_294_967_296, Number.MAX_SAFE_INTEGER, 1e308, -1, 0.5, '250', null])(
    'GitLab.readUsers reads the users that come, whatever number of users GitLab counts: %j',
    async (count) => {
      const { gitlab, peer } = await connectPeer(listUsers(250, { count: count as number }))
      expect(listIds(await collect(gitlab.readUsers(purchase, 'free')))).toEqual(idsUntil(250))
      expect(peer.seen.length).toBeLessThanOrEqual(7)
    },
  )

  test('GitLab.readUsers leaves no request in flight when a page fails', async () => {
    const answering = listUsers(2_000)
    let release = () => {}
    const hasFailed = new Promise<void>((resolve) => (release = resolve))
    const { gitlab, peer } = await connectPeer(async (request: PeerRequest, index: number) => {
      if (index === 3) return { status: 403 }
      if (index > 0) await hasFailed
      return answering(request)
    })
    const work = collect(gitlab.readUsers(purchase, 'free'))
    expect((await catchFailure(work)).kind).toBe('DeniedError')
    release()
    await delay(150)
    expect(peer.seen.length).toBeLessThanOrEqual(5)
  })

  test('GitLab.readUsers reads few pages ahead of its caller', async () => {
    const { gitlab, peer } = await connectPeer(listUsers(5_000))
    let pages = 0
    for await (const _ of gitlab.readUsers(purchase, 'free')) {
      pages += 1
      await delay(20)
      if (pages === 3) break
    }
    expect(peer.seen.length).toBeLessThanOrEqual(8)
  })

  test('GitLab.readUsers leaves out entries that GitLab hides', async () => {
    const users = { nodes: [null, makeNode(2)], pageInfo: { endCursor: 'Mg', hasNextPage: false }, count: 2 }
    const { gitlab } = await connectPeer(() => ({ body: { data: { users } } }))
    expect(listIds(await collect(gitlab.readUsers(purchase, 'free')))).toEqual([2])
  })

  test.each([
    ['GitLab 17.4, which counts no holders', '17.4', 2],
    ['GitLab 18.6, if it reports no count', '18.6', null],
  ])('GitLab.readUsers rejects a list with a hidden entry of %s', async (_, version, count) => {
    const users = { nodes: [null, makeNode(2)], pageInfo: { endCursor: 'Mg', hasNextPage: false }, count }
    const { gitlab } = await connectPeer(() => ({ body: { data: { users } } }), { version })
    expect(await catchFailure(collect(gitlab.readUsers(purchase, 'free')))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: 'GitLab answered with a list of users that duo-seats cannot read.',
    })
  })

  test.each([
    ['a user without a username', { id: 'gid://gitlab/User/7', username: null }, 'user 7'],
    ['a user without an id', { id: null, username: 'ada' }, 'a user'],
  ])('GitLab.readHolders rejects %s', async (_, node, what) => {
    const users = { nodes: [node], pageInfo: { endCursor: 'MQ', hasNextPage: false }, count: 1 }
    const { gitlab } = await connectPeer(() => ({ body: { data: { users } } }))
    expect((await catchFailure(collect(gitlab.readHolders(purchase)))).message).toBe(
      `GitLab answered with ${what} that duo-seats cannot read.`,
    )
  })

  test.each([
    [
      'a user without a name',
      { nodes: [{ ...makeNode(1), name: null }], pageInfo: { hasNextPage: false }, count: 1 },
      'user 1',
    ],
    ['a list without pages', { nodes: [], count: 1 }, 'a list of users'],
    [
      'a list without entries',
      { nodes: null, pageInfo: { hasNextPage: false }, count: 1 },
      'a list of users',
    ],
    ['a page without its end', { nodes: [], pageInfo: {}, count: 1 }, 'a page of a list'],
  ])('GitLab.readUsers rejects %s', async (_, users, what) => {
    const { gitlab } = await connectPeer(() => ({ body: { data: { users } } }))
    expect(await catchFailure(collect(gitlab.readUsers(purchase, 'free')))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `GitLab answered with ${what} that duo-seats cannot read.`,
    })
  })
})
