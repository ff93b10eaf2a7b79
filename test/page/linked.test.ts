import { EventEmitter, once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { makeCrowd, makeHolders } from '../support/crowd.ts'
import { hostedToken } from '../support/host-gitlab.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { listenForChanges, openPage } from '../support/open-page.ts'
import type { RunDocument } from '../support/run-document.ts'
import { openTeam } from '../support/sample-team.ts'

async function openLinkedPage(facts: object = {}) {
  const team = await openLinkedTeam(facts)
  const env = { GITLAB_TOKEN: hostedToken, DUO_SEATS_RETRY_BASE_MS: '5' }
  return { team, page: await openPage(team.workdir.join('store.db'), { env }) }
}

const giveBob = { command: 'assign', add_on: null, user_ids: [2], dry_run: false }

function readMessage(data: unknown): string {
  return (data as { message?: string } | null)?.message ?? ''
}

describe('the page of a linked store', () => {
  test('the page of a linked store pushes a change to GitLab, and shows what GitLab has confirmed', async () => {
    const { team, page } = await openLinkedPage()
    const changes = await listenForChanges(page)
    expect(await page.send('/api/runs', giveBob)).toMatchObject([
      200,
      { results: [{ username: 'Bob', outcome: 'assigned', pushed: 'confirmed' }], failure: null },
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
    const list = await team.inProcess.runForJson<{ users: object[] }>(0, ['list', '--all'])
    expect(await page.read('/api/users')).toEqual([
      200,
      { schema: 1, total: list.users.length, users: list.users },
    ])
    await changes.waitFor(({ event, data }) => event === 'progress' && data === null)
    expect(changes.seen).toContainEqual({
      event: 'progress',
      data: { message: 'Pushing', done: null },
    })
  })

  test('the page of a linked store syncs with GitLab, with the document of the command line and its progress', async () => {
    const { team, page } = await openLinkedPage()
    const changes = await listenForChanges(page)
    team.moveSeatInGitLab(1, 3)
    const [status, sync] = await page.send<{ summary: object; changes: object[] }>('/api/sync', {})
    expect([status, sync]).toMatchObject([200, { summary: { seat_gained: 1, seat_lost: 1 } }])
    await changes.waitFor(({ event, data }) => event === 'progress' && data === null)
    const messages = changes.seen.map(({ data }) => readMessage(data)).filter((message) => message !== '')
    expect(messages[0]).toBe('Syncing')
    expect(messages.some((message) => /^Syncing \(\d+ of \d+ holders? read\)$/.test(message))).toBe(true)
    expect(await page.read('/api/users?seat=held')).toMatchObject([200, { users: [{ username: 'carol' }] }])
  })

  test('the page of a linked store shows how many users of a plan GitLab has been asked about', async () => {
    const { page } = await openLinkedPage(makeHolders(250))
    const changes = await listenForChanges(page)
    const userIds = Array.from({ length: 250 }, (_, index) => index + 1)
    const [status] = await page.send('/api/runs', {
      command: 'unassign',
      add_on: null,
      user_ids: userIds,
      dry_run: true,
    })
    expect(status).toBe(200)
    await changes.waitFor(({ event, data }) => event === 'progress' && data === null)
    expect(changes.seen).toContainEqual({
      event: 'progress',
      data: { message: 'Planning (250 of 250 users looked up in GitLab)', done: 1 },
    })
  })

  test('the page of a linked store shows the progress of a push under its own name also after a plan that was made meanwhile', async () => {
    const { team, page } = await openLinkedPage(makeCrowd(250))
    const changes = await listenForChanges(page)
    const planned = new EventEmitter()
    const pass = once(planned, 'planned').then(() => 'pass' as const)
    team.proxy.tamper = ({ isMutation }) => (isMutation ? pass : 'pass')
    const userIds = Array.from({ length: 250 }, (_, index) => index + 1)
    const push = page.send('/api/runs', { ...giveBob, user_ids: userIds })
    await changes.waitFor(({ data }) => readMessage(data).startsWith('Pushing'))
    expect(await page.send('/api/runs', { ...giveBob, dry_run: true })).toMatchObject([200, {}])
    planned.emit('planned')
    expect(await push).toMatchObject([200, { failure: null }])
    await changes.waitFor(({ event, data }) => event === 'progress' && data === null)
    const messages = changes.seen.map(({ data }) => readMessage(data))
    const planAt = messages.findIndex((message) => message.startsWith('Planning'))
    expect(planAt).toBeGreaterThan(0)
    expect(messages.slice(planAt)).toContain('Pushing (250 of 250 changes answered by GitLab)')
  })

  test('the page of a linked store answers a change that GitLab has not confirmed as pending, with the failure', async () => {
    const { team, page } = await openLinkedPage()
    team.proxy.tamper = ({ isMutation }) => (isMutation ? { status: 403 } : 'pass')
    const [status, run] = await page.send<RunDocument & { failure: unknown }>('/api/runs', giveBob)
    expect([status, run.results, run.failure]).toMatchObject([
      200,
      [{ outcome: 'pending', pushed: 'pending' }],
      { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
    ])
    expect(await page.read('/api/users?seat=pending')).toMatchObject([200, { users: [{ username: 'Bob' }] }])
  })

  test('the page of a linked store answers 502 if GitLab cannot be reached or refuses the token', async () => {
    const { team } = await openLinkedPage()
    const page = await openPage(team.workdir.join('store.db'), {
      env: { GITLAB_TOKEN: 'glpat-of-another-gitlab' },
    })
    expect(await page.send('/api/sync', {})).toMatchObject([502, { error: { code: 'denied' } }])
  })

  test('the page of a linked store never has the token in an answer', async () => {
    const { page } = await openLinkedPage()
    const answers = [
      await page.read('/api/status'),
      await page.read('/api/users'),
      await page.send('/api/runs', giveBob),
      await page.send('/api/sync', {}),
    ]
    expect(JSON.stringify(answers)).not.toContain(hostedToken)
  })
})

test('a store that is not linked answers a sync with 409', async () => {
  const workdir = await openTeam()
  const page = await openPage(workdir.join('store.db'))
  expect(await page.send('/api/sync', {})).toEqual([
    409,
    {
      schema: 1,
      error: {
        code: 'usage',
        message: 'The store is not linked to a GitLab, so there is nothing to sync with.',
        hint: 'Link it with "duo-seats link URL", or use a snapshot: duo-seats sync --from snapshot.json',
      },
    },
  ])
})
