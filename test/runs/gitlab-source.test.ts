import { expect, test } from 'vitest'
import type { Request, RequestBatch } from '../../src/domain/request.ts'
import type { GitLab } from '../../src/gitlab/gitlab.ts'
import { makeOrder } from '../../src/orders/order.ts'
import type { RequestSource, SourceRequests } from '../../src/orders/request-source.ts'
import { RunSession } from '../../src/runs/run-session.ts'
import { makeUser } from '../store/sample-store.ts'
import { rowOfUser } from '../support/person-rows.ts'
import { makeRunContext, performOrder, type Reported } from '../support/play-order.ts'
import { PlayedGitLab } from '../support/played-gitlab.ts'
import { PlayedLink } from '../support/played-link.ts'
import { makeWorld } from '../support/worlds.ts'

/** A source whose users are the holders in GitLab. */
class HolderSource implements RequestSource {
  readonly file = null
  #requests: Request[] | null = null

  async load(gitlab: GitLab): Promise<void> {
    this.#requests = []
    for (const purchase of await gitlab.readPurchases())
      for await (const { users } of gitlab.readUsers(purchase, 'holders'))
        this.#requests.push(
          ...users.map(({ id, username }): Request => {
            return { line: null, input: username, ...rowOfUser(id) }
          }),
        )
  }

  async *readNamed(): AsyncIterable<readonly Request[]> {
    if (this.#requests === null) throw new Error('The source was read before GitLab was.')
    yield this.#requests
  }

  async readRequests(): Promise<SourceRequests> {
    return { batches: this.#readBatches(), finding: null }
  }

  async *#readBatches(): AsyncIterable<RequestBatch> {
    for await (const requests of this.readNamed()) yield { action: 'take', requests }
  }
}

/** A linked store of four users without seats, two of whom got a seat in GitLab since the last sync. */
async function openLink(): Promise<PlayedLink> {
  const gitlab = await PlayedGitLab.open('self-managed')
  const users = ['ada', 'bob', 'cleo', 'dora'].map((name, index) => makeUser(index + 1, name))
  const link = await PlayedLink.open(gitlab, makeWorld({ users, quantity: 3, seats: [] }))
  for (const give of [2, 3]) gitlab.change({ give, addOn: 'duo-pro' })
  return link
}

function orderRemovalOfHolders(options: { dryRun?: boolean }) {
  return makeOrder(
    { push: true, ...options },
    { command: 'bulk-unassign', source: new HolderSource(), question: null },
  )
}

async function perform({ store, now, gitlab }: PlayedLink, dryRun: boolean): Promise<Reported | null> {
  let reported: Reported | null = null
  const order = orderRemovalOfHolders({ dryRun })
  await performOrder(order, {
    store,
    now,
    connect: gitlab.connect,
    onReport: (report) => {
      reported = report
    },
  })
  return reported
}

test('a source that is read from GitLab has the same results in a preview and in the run', async () => {
  const link = await openLink()
  const preview = await perform(link, true)
  expect(preview?.results.map(({ username, outcome }) => [username, outcome])).toEqual([
    ['bob', 'unassigned'],
    ['cleo', 'unassigned'],
  ])
  expect(preview?.summary).toMatchObject({ removals: 2, freeBefore: 1, freeAfter: 3 })
  expect(link.gitlab.readHolders()['duo-pro']).toEqual([2, 3])

  const done = await perform(link, false)
  expect(done?.summary).toEqual(preview?.summary)
  expect(done?.results.map(({ outcome, pushed }) => [outcome, pushed])).toEqual([
    ['unassigned', 'confirmed'],
    ['unassigned', 'confirmed'],
  ])
  expect(link.gitlab.readHolders()['duo-pro']).toEqual([])
  expect(link.readHolders()['duo-pro']).toEqual([])
})

test('a run reads its source from GitLab again and is refused when it would remove a seat that was not previewed', async () => {
  const { store, now, gitlab } = await openLink()
  const session = new RunSession(store, orderRemovalOfHolders({}), makeRunContext(now, gitlab.connect))
  const { removals } = await session.preview()
  expect([...removals]).toEqual([2, 3])
  gitlab.change({ give: 4, addOn: 'duo-pro' })
  const { report } = await session.push(await session.decide(removals))
  session.close()
  expect([...report.readResults()].map(({ username, outcome }) => [username, outcome])).toEqual([
    ['bob', 'not_attempted'],
    ['cleo', 'not_attempted'],
    ['dora', 'not_attempted'],
  ])
  expect(report.summary.refusal).toBe('more_than_agreed')
  expect(gitlab.readHolders()['duo-pro']).toEqual([2, 3, 4])
})
