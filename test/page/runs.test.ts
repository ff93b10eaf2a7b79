import { userInfo } from 'node:os'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { makeCrowd, writeCrowd } from '../support/crowd.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { withSeats } from '../support/full-team.ts'
import { makeSnapshot } from '../support/make-snapshot.ts'
import { listenForChanges, openPage } from '../support/open-page.ts'
import type { RunDocument } from '../support/run-document.ts'
import { openTeam } from '../support/sample-team.ts'

async function openTeamPage(facts: object = {}) {
  const workdir = await openTeam(facts)
  return { workdir, page: await openPage(workdir.join('store.db')) }
}

function give(...ids: number[]) {
  return { command: 'assign', add_on: null, user_ids: ids, dry_run: false }
}

function take(...ids: number[]) {
  return { command: 'unassign', add_on: null, user_ids: ids, dry_run: false }
}

function listOutcomes({ results }: RunDocument): unknown[] {
  return results.map(({ username, outcome }) => [username, outcome])
}

describe('a run of the page', () => {
  test('a run of the page gives a seat by user id, and is recorded with the page and the system user', async () => {
    const { workdir, page } = await openTeamPage()
    const [status, run] = await page.send<RunDocument>('/api/runs', give(2, 4, 1, 77))
    expect([status, listOutcomes(run)]).toEqual([
      200,
      [
        ['Bob', 'assigned'],
        ['dora', 'invalid_user_membership'],
        ['ada', 'already_assigned'],
        [null, 'user_not_found'],
      ],
    ])
    const shown = await workdir.inProcess.runForJson<RunDocument>(0, ['runs', 'show', '1'])
    expect(shown.results).toEqual(run.results)
    expect(shown.run).toMatchObject({ actor: `${userInfo().username} (page)` })
  })

  test('a run of the page has the document of the command line', async () => {
    const { workdir, page } = await openTeamPage()
    const typed = await workdir.inProcess.runForJson(0, ['assign', 'Bob', 'carol', '--dry-run'])
    const [, run] = await page.send('/api/runs', { ...give(2, 3), dry_run: true })
    const times = { started_at: expect.any(String), finished_at: expect.any(String) }
    expect(run).toEqual({ ...typed, run: { ...typed.run, ...times }, refusal: null, failure: null })
  })

  test('a run of the page changes nothing in a dry run', async () => {
    const { workdir, page } = await openTeamPage()
    await page.send('/api/runs', { ...give(2), dry_run: true })
    const { users } = await workdir.inProcess.runForJson<{ users: unknown[] }>(0, ['list'])
    expect(users).toHaveLength(1)
    expect(await workdir.inProcess.runExpecting(0, ['runs'])).not.toContain('assign')
  })

  test('a run of the page takes one seat without a question, and several only from users of the agreed plan', async () => {
    const { page } = await openTeamPage(withSeats(4))
    const [one, taken] = await page.send<RunDocument>('/api/runs', take(4))
    expect([one, listOutcomes(taken)]).toEqual([200, [['dora', 'unassigned']]])
    const most = { max_removals: 3 }
    expect(await page.send('/api/runs', { ...take(1, 2), ...most })).toMatchObject([
      400,
      { error: { code: 'usage', hint: 'Ask for a dry run, then send its removals as agreed_removals.' } },
    ])
    expect(await page.send('/api/runs', { ...take(1, 2), ...most, agreed_removals: [1] })).toMatchObject([
      409,
      { error: { code: 'refused' } },
    ])
    const [status, run] = await page.send<RunDocument>('/api/runs', {
      ...take(1, 2),
      ...most,
      agreed_removals: [1, 2],
    })
    expect([status, listOutcomes(run)]).toEqual([
      200,
      [
        ['ada', 'unassigned'],
        ['Bob', 'unassigned'],
      ],
    ])
  })

  test('a run of the page refuses more removals than a tenth of the seats, unless the number was typed', async () => {
    const { page } = await openTeamPage(withSeats(4))
    const body = { ...take(1, 2), agreed_removals: [1, 2] }
    const [planned, plan] = await page.send<{ refusal: unknown }>('/api/runs', { ...body, dry_run: true })
    expect([planned, plan.refusal]).toEqual([
      200,
      {
        code: 'too_many_removals',
        message:
          'Refused: 2 seats would be removed, the limit of --max-removals is 1 (10 % of 4). Nothing was written.',
        hint: 'To allow it, add --max-removals 2.',
      },
    ])
    expect(await page.send('/api/runs', body)).toMatchObject([409, { error: { code: 'refused' } }])
    expect((await page.send('/api/runs', { ...body, max_removals: 2 }))[0]).toBe(200)
  })

  test('a run of the page is undone with its plan first, and the undo is a run, too', async () => {
    const { workdir, page } = await openTeamPage()
    await page.send('/api/runs', give(2, 3))
    const [planned, plan] = await page.send<RunDocument>('/api/runs/1/undo', { dry_run: true })
    expect([planned, plan.run, listOutcomes(plan)]).toMatchObject([
      200,
      { id: null, command: 'undo' },
      [
        ['Bob', 'unassigned'],
        ['carol', 'unassigned'],
      ],
    ])
    const [status, undone] = await page.send<RunDocument>('/api/runs/1/undo', { dry_run: false })
    expect([status, undone.run.id, undone.results]).toMatchObject([200, 2, [{ username: 'Bob' }, {}]])
    const { users } = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, ['list'])
    expect(users.map(({ username }) => username)).toEqual(['ada'])
  })

  test('a run of the page that does not exist cannot be undone', async () => {
    const { page } = await openTeamPage()
    expect(await page.send('/api/runs/7/undo', { dry_run: false })).toEqual([
      400,
      {
        schema: 1,
        error: { code: 'usage', message: 'Run 7 does not exist.', hint: 'To list the runs: duo-seats runs' },
      },
    ])
  })

  test('a run of the page goes on beside another page: never more seats than bought', async () => {
    const { workdir, page } = await openTeamPage()
    const other = await openPage(workdir.join('store.db'))
    const answers = await Promise.all(
      [2, 3, 5, 6].map((id) => [page, other][id % 2]?.send<RunDocument>('/api/runs', give(id))),
    )
    const outcomes = answers.flatMap((answer) => (answer === undefined ? [] : listOutcomes(answer[1])))
    expect(outcomes.map((result) => (result as string[])[1]).sort()).toEqual([
      'assigned',
      'assigned',
      'assigned',
      'no_seats_available',
    ])
    const [, first] = await page.read('/api/users?seat=held')
    expect(await other.read('/api/users?seat=held')).toEqual([200, first])
    expect(first).toMatchObject({ total: 4 })
  })
})

describe('/api/status', () => {
  test('/api/status has the document of the command line, and how the page was started', async () => {
    const { workdir, page } = await openTeamPage()
    const typed = await workdir.inProcess.runForJson<object>(0, ['status'])
    expect(await page.read('/api/status')).toEqual([
      200,
      {
        ...typed,
        read_only: false,
        store: workdir.join('store.db'),
        actor: `${userInfo().username} (page)`,
        today: new Date().toISOString().slice(0, 10),
        start_command: 'duo-seats page',
      },
    ])
  })
})

describe('/api/changes', () => {
  test('/api/changes tells of a change by a command line, by another page and by this page', async () => {
    const { workdir, page } = await openTeamPage()
    const other = await openPage(workdir.join('store.db'))
    const changes = await listenForChanges(page)
    expect(changes.contentType).toBe('text/event-stream; charset=utf-8')
    for (const change of [
      () => workdir.inProcess.runExpecting(0, ['assign', 'Bob']),
      () => other.send('/api/runs', give(3)),
      () => page.send('/api/runs', take(3)),
    ]) {
      changes.seen.length = 0
      await change()
      await changes.waitFor(({ event }) => event === 'changed')
    }
  })

  test('/api/changes ends with the page', async () => {
    const { page } = await openTeamPage()
    const changes = await listenForChanges(page)
    await page.stop()
    await changes.ended
    expect(changes.seen).toEqual([])
  })
})

test('a page that ends waits for a run that waits for the store, and refuses new ones', async () => {
  const { workdir, page } = await openTeamPage()
  const other = new Database(workdir.join('store.db'))
  other.exec('BEGIN IMMEDIATE')
  const run = page.send<RunDocument>('/api/runs', give(2))
  // The run waits for the lock once a later request is answered.
  await page.read('/api/status')
  await page.read('/api/users')
  const stopped = page.stop()
  other.exec('COMMIT')
  other.close()
  const [status, document] = await run
  await stopped
  expect([status, listOutcomes(document)]).toEqual([200, [['Bob', 'assigned']]])
  await expect(page.read('/api/status')).rejects.toThrow('fetch failed')
})

test('the page answers other requests while it reads a long run', async () => {
  const workdir = await openStoreOf(makeSnapshot(makeCrowd(6_000)))
  workdir.write('people.csv', writeCrowd(6_000))
  await workdir.inProcess.run(['bulk-assign', 'people.csv', '-q'])
  const page = await openPage(workdir.join('store.db'))
  const closing = new AbortController()
  const paths = ['/api/runs/1', '/api/status', '/api/changes', '/api/users', '/api/history', '/api/runs/1']
  const answers = await Promise.all(paths.map((path) => page.fetch(path, { signal: closing.signal })))
  const [run] = (await Promise.all([answers[0], answers[5]].map((answer) => answer?.json()))) as RunDocument[]
  closing.abort()
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  expect(run?.results).toHaveLength(6_000)
  expect((await page.read('/api/status'))[0]).toBe(200)
})
