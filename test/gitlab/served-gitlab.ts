import { GitLab } from '../../src/gitlab/gitlab.ts'
import type { UserPage } from '../../src/gitlab/user-pages.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { type HostedGitLab, hostGitLab } from '../support/host-gitlab.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { makeOptions } from './peer-gitlab.ts'

const purchases = [
  makePurchase({ id: 1, quantity: 4 }),
  makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 9 }),
]
const users = [
  makeUser(1, 'ada', { last_activity_on: '2026-11-01', last_duo_activity_on: '2026-11-02' }),
  makeUser(2, 'Bob', { email: null }),
  makeUser(3, 'carol', { state: 'blocked' }),
  makeUser(4, 'robot', { type: 'project_bot' }),
]

/** Ada and carol hold Duo Pro; Bob holds Duo Enterprise. */
const seats = [makeSeat(1), makeSeat(3), makeSeat(2, { add_on_purchase_id: 2 })]

const ofGroup = {
  subscription: {
    ...makeSnapshot().subscription,
    offering: 'gitlab.com',
    url: 'https://gitlab.com',
    group: 'acme',
  },
}

/** Plays a GitLab with the users above. */
export async function serveGitLab(version: string, group: string | null = null): Promise<HostedGitLab> {
  const facts = { add_on_purchases: purchases, users, seats, ...(group !== null && ofGroup) }
  const workdir = await openStoreOf(makeSnapshot(facts))
  return hostGitLab(workdir.join('store.db'), { version })
}

/** Connects a client to {@link serveGitLab}. */
export async function connectServed(version: string, group: string | null = null): Promise<GitLab> {
  const served = await serveGitLab(version, group)
  return GitLab.connect(makeOptions(served.url, { group, token: served.token }).options)
}

/** In alphabetical order. */
export function listNames(pages: readonly UserPage[]): string[] {
  return pages.flatMap((page) => page.users.map(({ username }) => username)).sort()
}
