import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CallerRole } from '../../src/played-gitlab/caller.ts'
import { hostedToken, hostGitLab } from '../support/host-gitlab.ts'
import { passOn, startHttpPeer } from '../support/http-peer.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { groupSubscription } from '../support/make-snapshot.ts'
import { openTeam } from '../support/sample-team.ts'
import { answerWith, type Tampering } from '../support/tampering-proxy.ts'
import { Workdir } from '../support/workdir.ts'

interface CheckRow {
  check: string
  verdict: string
  message: string
  advice: string | null
}

const ofGroup = { subscription: groupSubscription }

/** The linked team, whose token has lost its rights. */
async function openWeakTeam(facts: object = {}, version?: string) {
  const linked = await openLinkedTeam(facts, { ...(version !== undefined && { version }) })
  const weak = await hostGitLab(linked.workdir.join('gitlab.db'), {
    caller: 'user',
    ...(version !== undefined && { version }),
  })
  linked.changeOwnStore(`UPDATE link SET url = '${weak.url}'; UPDATE subscription SET url = '${weak.url}'`)
  return linked
}

describe('the right to manage seats', () => {
  test.each<[CallerRole, object, string[], string]>([
    ['user', {}, [], '@user is not an administrator, so GitLab shows no seats to this token.'],
    ['owner', {}, [], '@owner is not an administrator, so GitLab shows no seats to this token.'],
    [
      'maintainer',
      ofGroup,
      ['--group', 'acme'],
      '@maintainer is not an Owner of the group acme, so GitLab shows no seats to this token.',
    ],
  ])(
    'link rejects the token of a mere %s, and creates no store',
    async (caller, facts, options, sentence) => {
      const { url } = await hostGitLab((await openTeam(facts)).join('store.db'), { caller })
      const workdir = new Workdir()
      const { code, stdout, stderr } = await workdir.inProcess.run(['link', url, ...options], {
        env: { GITLAB_TOKEN: hostedToken },
      })
      expect([code, stdout]).toEqual([4, ''])
      expect(stderr).toContain(sentence)
      expect(stderr).toContain('hint: Use a token of ')
      expect(readdirSync(workdir.path)).toEqual([])
    },
  )

  test.each([undefined, '17.4', '17.2'])(
    'sync, assign and doctor reject a token that lost its rights, and change no purchase (GitLab %s)',
    async (version) => {
      const team = await openWeakTeam({}, version)
      const before = team.readOwnStore()
      for (const args of [['sync'], ['assign', 'bob'], ['apply', 'list.csv', '--yes']]) {
        team.workdir.write('list.csv', 'username\nbob\n')
        const { code, stderr } = await team.inProcess.run(args)
        expect([args, code]).toEqual([args, 4])
        expect(stderr).toContain('@user is not an administrator')
      }
      expect(team.readOwnStore()).toEqual(before)
      const { checks } = await team.inProcess.runForJson<{ checks: CheckRow[] }>(4, ['doctor'])
      expect(checks.filter(({ check }) => /token|purchases|sub/.test(check))).toEqual([
        {
          check: 'token',
          verdict: 'failed',
          message: '@user is not an administrator, so GitLab shows no seats to this token.',
          advice: 'Use a token of an administrator, with the scope api.',
        },
        {
          check: 'purchases',
          verdict: 'skipped',
          message: 'GitLab does not show it to this token.',
          advice: null,
        },
        {
          check: 'subscription_sync',
          verdict: 'skipped',
          message: 'GitLab does not show it to this token.',
          advice: null,
        },
      ])
    },
  )

  test('sync rejects a token whose user is no Owner of the group any more, and changes no purchase', async () => {
    const team = await openWeakTeam(ofGroup)
    const before = team.readOwnStore()
    const { code, stderr } = await team.inProcess.run(['sync'])
    expect(code).toBe(4)
    expect(stderr).toContain('@user is not an Owner of the group acme')
    expect(team.readOwnStore()).toEqual(before)
  })

  test('sync still marks a purchase as over for a token with the right', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2020-01-01'")
    const { code, stderr } = await team.inProcess.run(['sync'])
    expect(code).toBe(1)
    expect(stderr).toContain('The store marks GitLab Duo Pro (1 seat held) as over')
  })

  test('unassign does not believe that a user has no seat when the purchase expires meanwhile', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab('UPDATE seats SET user_id = 2')
    team.proxy.tamper = ({ operation }) => {
      if (operation === 'AskAboutUsers')
        team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2020-01-01'")
      return 'pass'
    }
    const { code, stdout, stderr } = await team.inProcess.run(['unassign', 'bob'])
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toContain('or the purchase has expired')
  })
})

const day = 24 * 3_600_000

const dayIn = (days: number) => new Date(Date.now() + days * day).toISOString().slice(0, 10)

/** The linked team, whose GitLab describes the token with `facts`. */
async function openTeamWithToken(facts: object) {
  const team = await openLinkedTeam()
  const front = await startHttpPeer((request) =>
    request.path.endsWith('/personal_access_tokens/self') ? { body: facts } : passOn(request, team.proxy.url),
  )
  team.changeOwnStore(`UPDATE link SET url = '${front.url}'; UPDATE subscription SET url = '${front.url}'`)
  return { team, url: front.url }
}

describe('the facts about a token', () => {
  test.each([
    [
      'has a distant day of expiry',
      { scopes: ['api'], expires_at: dayIn(15) },
      'ok',
      `has the scope api, and expires on ${dayIn(15)}, in 15 days.`,
    ],
    [
      'expires in 14 days',
      { scopes: ['api', 'read_user'], expires_at: dayIn(14) },
      'warning',
      `has the scopes api, read_user, and expires on ${dayIn(14)}, in 14 days.`,
    ],
    ['never expires', { scopes: ['api'], expires_at: null }, 'ok', 'has the scope api, and does not expire.'],
    [
      'may only read',
      { scopes: ['read_api'], expires_at: dayIn(100) },
      'warning',
      `has only the scope read_api: it cannot change seats. It expires on ${dayIn(100)}, in 100 days.`,
    ],
    [
      'is fine-grained',
      { scopes: ['granular'], expires_at: null },
      'warning',
      'is fine-grained (granular), and does not expire. GitLab does not report whether it may change seats.',
    ],
    [
      'is of OAuth',
      { error: 'requires token type to be a personal access token' },
      'ok',
      'has scopes that GitLab does not report, and has an unknown day of expiry.',
    ],
  ])('doctor reports a token that %s', async (_, facts, verdict, end) => {
    const { team } = await openTeamWithToken(facts)
    const { stdout } = await team.inProcess.run(['doctor', '--format', 'json'])
    const { checks } = JSON.parse(stdout) as { checks: CheckRow[] }
    expect(checks.find(({ check }) => check === 'token')).toMatchObject({
      verdict,
      message: `The token of @root, an administrator, ${end}`,
    })
  })

  test('link warns of a token that expires soon, and of a fine-grained one', async () => {
    const { team, url } = await openTeamWithToken({ scopes: ['granular'], expires_at: dayIn(1) })
    const { code, stderr } = await team.inProcess.run(['link', url])
    expect(code).toBe(0)
    expect(stderr).toContain('The token is fine-grained (granular).')
    expect(stderr).toContain(`The token expires on ${dayIn(1)}, in 1 day.`)
  })

  test('link rejects a fine-grained token that shows no seats, and names it', async () => {
    const { team, url } = await openTeamWithToken({ scopes: ['granular'], expires_at: null })
    team.proxy.tamper = ({ operation }): Tampering =>
      operation === 'ProbeInstance' ? answerWith({ data: { users: null } }) : 'pass'
    const { code, stderr } = await team.inProcess.run(['link', url])
    expect(code).toBe(4)
    expect(stderr).toContain('The token of @root is fine-grained (granular), and GitLab shows it no seats.')
  })
})

describe('a GitLab with other add-ons only', () => {
  const purchase = (name: string, id: number) => ({
    id: `gid://gitlab/GitlabSubscriptions::AddOnPurchase/${id}`,
    ...{ name, purchasedQuantity: 5, assignedQuantity: 0 },
  })

  test('link, sync and doctor name the other add-ons instead of a purchase to renew', async () => {
    const team = await openLinkedTeam()
    const addOnPurchases = [purchase('DUO_CORE', 7), purchase('GITLAB_CREDITS', 8)]
    team.proxy.tamper = ({ operation }): Tampering =>
      operation === 'ReadPurchases' ? answerWith({ data: { addOnPurchases } }) : 'pass'
    const fact = 'only GitLab Duo Core and GitLab Credits, without seats for single users.'
    for (const args of [['sync'], ['link', team.proxy.url], ['assign', 'bob']]) {
      const { stderr } = await team.inProcess.run(args)
      expect(stderr).toContain(fact)
      expect(stderr).not.toContain('Buy or renew')
    }
    const { checks } = await team.inProcess.runForJson<{ checks: CheckRow[] }>(1, ['doctor'])
    expect(checks.find(({ check }) => check === 'purchases')?.message).toContain(fact)
  })
})
