import { describe, expect, test } from 'vitest'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { certificateFile, startHttpPeer } from '../support/http-peer.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { openTeam } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'

interface CheckRow {
  check: string
  verdict: string
  message: string
  advice: string | null
}

function condense(checks: readonly CheckRow[]): string[] {
  return checks.map(({ check, verdict }) => `${check} ${verdict}`)
}

describe('doctor', () => {
  test('doctor finds no fault in a linked store where every host answers', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab("UPDATE subscription SET last_sync_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
    // Tests do not reach the hosts of GitLab: a proxy answers for them.
    const proxy = await startForwardProxy({ answerEverything: true })
    const finished = await team.run(['doctor', '--format', 'json'], {
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: certificateFile,
    })
    const { checks } = JSON.parse(finished.stdout) as { checks: CheckRow[] }
    expect(condense(checks)).toEqual([
      'store ok',
      'pending_seats ok',
      'address ok',
      'gitlab_version ok',
      'token ok',
      'purchases ok',
      'subscription_sync ok',
      'cloud_gitlab_com ok',
      'customers_gitlab_com ok',
    ])
    expect(finished.code).toBe(0)
  })

  test('doctor reports a wrong token and continues with the other checks', async () => {
    const team = await openLinkedTeam()
    const { code, stdout } = await team.inProcess.run(['doctor', '--format', 'json'], {
      env: { GITLAB_TOKEN: 'wrong' },
    })
    const { checks } = JSON.parse(stdout) as { checks: CheckRow[] }
    expect(code).toBe(4)
    expect(condense(checks).slice(0, 5)).toEqual([
      'store ok',
      'pending_seats ok',
      'address ok',
      'gitlab_version skipped',
      'token failed',
    ])
  })

  test('doctor names the variable of the linked GitLab if that refuses GITLAB_TOKEN, but not for a token of its own', async () => {
    const team = await openLinkedTeam()
    const { host, port } = new URL(team.proxy.url)
    const own = `GITLAB_TOKEN_127_0_0_1_${port}`
    const find = async (env: NodeJS.ProcessEnv) => (await team.inProcess.run(['doctor'], { env })).stdout
    const advice = `If GITLAB_TOKEN is for another GitLab, set GITLAB_TOKEN_127_0_0_1 for ${host}.`
    expect(await find({ GITLAB_TOKEN: 'wrong' })).toContain(advice)
    expect(await find({ GITLAB_TOKEN: 'wrong', [own]: 'wrong' })).not.toContain('another GitLab')
  })

  test.each([
    ['the user of the token must accept its terms', 'API not accessible for user. Please accept the terms.'],
    ['the IP address is not allowed', 'IP not allowed'],
  ])('doctor does not doubt whose token it is if %s', async (_, message) => {
    const team = await openLinkedTeam()
    const peer = await startHttpPeer([{ status: 403, body: { errors: [{ message }] } }])
    team.changeOwnStore(`UPDATE link SET url = '${peer.url}'`)
    const { code, stdout } = await team.inProcess.run(['doctor'])
    expect([code, stdout]).toEqual([4, expect.stringContaining(`refused the request (403): "${message}"`)])
    expect(stdout).not.toContain('another GitLab')
  })

  test('doctor warns of pending seats and of a subscription that was never synchronised', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    const { checks } = await team.inProcess.runForJson<{ checks: CheckRow[] }>(1, ['doctor'])
    expect(condense(checks)).toEqual(
      expect.arrayContaining(['pending_seats warning', 'subscription_sync warning']),
    )
  })

  test('doctor reports that GitLab is out of reach', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = () => 'drop'
    const { checks } = await team.inProcess.runForJson<{ checks: CheckRow[] }>(6, ['doctor'])
    expect(condense(checks)).toEqual(expect.arrayContaining(['address failed', 'token skipped']))
  })

  test('doctor checks a store that is not linked', async () => {
    const workdir = await openTeam()
    const proxy = await startForwardProxy({ answerEverything: true })
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificateFile }
    const { checks } = await workdir.runForJson<{ checks: CheckRow[] }>(0, ['doctor'], { env })
    expect(condense(checks)).toEqual([
      'store ok',
      'pending_seats ok',
      'address skipped',
      'gitlab_version skipped',
      'token skipped',
      'purchases ok',
      'subscription_sync skipped',
      'cloud_gitlab_com ok',
      'customers_gitlab_com ok',
    ])
  })

  test('doctor --quiet prints the failed checks alone, as errors', async () => {
    const finished = await new Workdir().run(['doctor', '--quiet', '--store', 'none.db'])
    expect(finished).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: The store none.db does not exist.\n' +
        'hint: Create it with "duo-seats --store none.db link URL" or "duo-seats --store none.db sync --from snapshot.json", or name another with --store.\n',
    })
  })

  test('doctor --quiet prints each warning as an error, with its times in the time zone of the machine', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    team.changeGitLab("UPDATE subscription SET last_sync_at = '2026-01-02T08:00:00.000Z'")
    const { code, stdout, stderr } = await team.run(['doctor', '--quiet'], { TZ: 'Pacific/Kiritimati' })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(
      'error: GitLab has not confirmed 1 change.\nhint: Run "duo-seats sync".\nerror: The instance ',
    )
    expect(stderr).toContain('2026-01-02 22:00 +14:00')
  })

  test('doctor --format json prints the warnings and failed checks on stderr as well', async () => {
    const workdir = await openTeam({ add_on_purchases: [], seats: [] })
    const { code, stderr } = await workdir.inProcess.run(['doctor', '--format', 'json'])
    expect([code, stderr]).toEqual([
      1,
      'error: The store has no purchase.\nhint: Run "duo-seats sync --from snapshot.json".\n',
    ])
  })

  test('doctor names the sync that fills a store without a purchase', async () => {
    const workdir = await openTeam({ add_on_purchases: [], seats: [] })
    const proxy = await startForwardProxy({ answerEverything: true })
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificateFile }
    const { checks } = await workdir.runForJson<{ checks: CheckRow[] }>(1, ['doctor'], { env })
    expect(checks).toContainEqual({
      check: 'purchases',
      verdict: 'warning',
      message: 'The store has no purchase.',
      advice: 'Run "duo-seats sync --from snapshot.json".',
    })
  })

  test('doctor notes that this machine does not reach the hosts, which is a fault on the server only', async () => {
    const workdir = await openTeam()
    const proxy = await startForwardProxy({ refuseWith: 403 })
    const env = { HTTPS_PROXY: proxy.url }
    const here = await workdir.inProcess.runForJson<{ checks: CheckRow[]; notes: string[] }>(0, ['doctor'], {
      env,
    })
    expect(condense(here.checks).slice(-2)).toEqual(['cloud_gitlab_com note', 'customers_gitlab_com note'])
    expect(here.checks.at(-1)?.message).toMatch(/\(403\)\. Only the GitLab server must reach it\.$/)
    expect(here.notes).toHaveLength(2)
    const server = await workdir.inProcess.runForJson<{ checks: CheckRow[]; notes: string[] }>(
      1,
      ['doctor', '--server'],
      { env },
    )
    expect(condense(server.checks).slice(-2)).toEqual([
      'cloud_gitlab_com failed',
      'customers_gitlab_com failed',
    ])
    expect(server.notes).toHaveLength(1)
    const { stdout } = await workdir.inProcess.run(['doctor'], { env })
    expect(stdout).toContain('i cloud_gitlab_com: cloud.gitlab.com does not answer on port 443')
  })

  test('doctor reports a proxy variable that it cannot use, and does not blame the token', async () => {
    const team = await openLinkedTeam()
    team.changeOwnStore("UPDATE link SET url = 'https://gitlab.example.com'")
    const { stdout } = await team.inProcess.run(['doctor', '--format', 'json'], {
      env: { ALL_PROXY: 'socks5://127.0.0.1:9' },
    })
    const { checks } = JSON.parse(stdout) as { checks: CheckRow[] }
    expect(condense(checks).slice(2)).toEqual([
      'address failed',
      'gitlab_version skipped',
      'token skipped',
      'purchases skipped',
      'subscription_sync skipped',
      'cloud_gitlab_com failed',
      'customers_gitlab_com failed',
    ])
    expect(checks.find(({ check }) => check === 'address')?.message).toContain(
      'ALL_PROXY names a SOCKS proxy',
    )
  })

  test('doctor and link warn of more seats held than purchased', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(`
      UPDATE add_on_purchases SET quantity = 2;
      INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 2), (1, 3)
    `)
    const sentence = 'GitLab Duo Pro: 3 of 2 seats held. GitLab will remove 1 seat at its next refresh.'
    const find = (checks: readonly CheckRow[]) => checks.find(({ check }) => check === 'purchases')
    const linked = await team.inProcess.runForJson<{ checks: CheckRow[] }>(1, ['doctor'])
    expect(find(linked.checks)).toMatchObject({ verdict: 'warning', message: sentence })
    const { code, stderr } = await team.inProcess.run(['link', team.proxy.url])
    expect(code).toBe(0)
    expect(stderr).toContain(sentence)
    const command = 'duo-seats reclaim --add-on duo-pro --inactive-for 60d'
    expect(stderr).toContain(
      `${sentence} It takes unused seats first. Buy more seats, or look for unused ones: ${command}\n`,
    )
    await team.inProcess.runExpecting(0, ['sync'])
    await team.inProcess.runExpecting(0, command.split(' ').slice(1))
    await team.inProcess.runExpecting(0, ['unlink'])
    const stored = await team.inProcess.runForJson<{ checks: CheckRow[] }>(1, ['doctor'])
    const likely = expect.stringContaining(
      '3 of 2 seats held. GitLab will likely remove 1 seat at its next refresh',
    )
    expect(find(stored.checks)).toMatchObject({ verdict: 'warning', message: likely })
  })

  test.each([
    ['does not exist', null, '/store.db does not exist.'],
    ['is a file of another kind', 'username\nada\n', 'is not a duo-seats store.'],
  ])(
    'doctor reports that the store %s, and continues with the other checks',
    async (_, content, sentence) => {
      const workdir = new Workdir()
      if (content !== null) workdir.write('store.db', content)
      const { checks } = await workdir.inProcess.runForJson<{ checks: CheckRow[] }>(1, ['doctor'])
      expect(checks[0]?.message).toContain(sentence)
      expect(condense(checks).slice(0, 7)).toEqual([
        'store failed',
        'pending_seats skipped',
        'address skipped',
        'gitlab_version skipped',
        'token skipped',
        'purchases skipped',
        'subscription_sync skipped',
      ])
      expect(checks).toHaveLength(9)
    },
  )
})
