import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { shareStore } from '../support/open-after.ts'
import { showInProcess } from '../support/run-at-terminal.ts'
import { openTeam } from '../support/sample-team.ts'
import { setClock } from '../support/set-clock.ts'
import type { Workdir } from '../support/workdir.ts'

interface StatusDocument {
  attention: { message: string; command: string }[]
  conditions: { condition: string; met: boolean; message: string }[]
  runs: { id: number }[]
  add_ons: Record<string, unknown>[]
  [key: string]: unknown
}

const atNine = { env: frozenClock }

/** Synced an hour ago, with four seats: ada uses hers, bob's is idle, and dora is blocked. */
const openStatus = shareStore(async () => {
  const workdir = await openTeam({
    add_on_purchases: [makePurchase({ quantity: 4, expires_on: '2026-03-20' })],
    users: [
      makeUser(1, 'ada', { last_duo_activity_on: '2026-03-01' }),
      makeUser(2, 'Bob', { last_duo_activity_on: '2026-01-02' }),
      makeUser(3, 'carol'),
      makeUser(4, 'dora', { state: 'blocked' }),
    ],
    seats: [makeSeat(1), makeSeat(2), makeSeat(4)],
  })
  await workdir.inProcess.runExpecting(0, ['assign', 'ada'], atNine)
  return workdir
})

async function readStatus(code: number, ...options: string[]): Promise<StatusDocument> {
  const workdir = await openStatus()
  const text = await runExpecting(workdir, code, options)
  return JSON.parse(text) as StatusDocument
}

async function runExpecting(workdir: Workdir, code: number, options: readonly string[]): Promise<string> {
  const ended = await workdir.inProcess.run(['status', '--format', 'json', ...options], atNine)
  expect([ended.code, ended.stdout]).toEqual([code, expect.any(String)])
  return ended.stdout
}

describe('status', () => {
  test('status counts the seats of each add-on, and names what needs attention with the command to type', async () => {
    const status = await readStatus(0)
    expect(status.add_ons).toEqual([
      {
        add_on: 'duo-pro',
        bought: 4,
        held: 3,
        free: 1,
        pending: 0,
        idle: 1,
        without_recorded_use: 0,
        not_eligible: 1,
        started_on: makePurchase().started_on,
        expires_on: '2026-03-20',
        state: 'active',
      },
    ])
    expect(status.attention).toEqual([
      {
        ...{ code: 'expiry', add_on: 'duo-pro', command: 'duo-seats list' },
        message: 'GitLab Duo Pro expires on 2026-03-20, in 18 days.',
      },
      {
        ...{ code: 'not_eligible', add_on: 'duo-pro' },
        message: 'GitLab Duo Pro: 1 holder not eligible: GitLab removes the seat at its next refresh.',
        command: 'duo-seats list',
      },
      {
        ...{ code: 'idle', add_on: 'duo-pro' },
        message: 'GitLab Duo Pro: 1 seat idle for 30 days.',
        command: 'duo-seats reclaim --inactive-for 30d',
      },
    ])
    expect([status.conditions, status.runs.map(({ id }) => id)]).toEqual([[], [1]])
  })

  test.each([
    ['--min-free', '1', true],
    ['--min-free', '2', false],
    ['--min-free', '25%', true],
    ['--min-free', '26%', false],
    ['--expires-within', '17d', true],
    ['--expires-within', '18d', false],
    ['--max-idle', '1', true],
    ['--max-idle', '0', false],
    ['--max-idle', '40%', true],
    ['--max-idle', '30%', false],
    ['--max-age', '1h', true],
    ['--max-age', '59m', false],
    ['--max-age', '1d', true],
  ])('the condition %s %s is met: %s, and the exit code says so', async (option, value, isMet) => {
    const { conditions } = await readStatus(isMet ? 0 : 3, option, value)
    expect(conditions.map(({ condition, met }) => [`--${condition}`, met])).toEqual([[option, isMet]])
  })

  test('an idle seat is one without use for the time of --inactive-for', async () => {
    await readStatus(3, '--max-idle', '0', '--inactive-for', '59d')
    await readStatus(0, '--max-idle', '0', '--inactive-for', '60d')
  })

  test.each([
    [['--min-free', '2'], 'FREE. Required: at least 2.', 'duo-seats reclaim --inactive-for 30d --to-free 2'],
    [['--expires-within', '30d'], 'Expires in 18 days. Required: more than 30 days.', 'duo-seats list'],
    [['--max-idle', '0'], 'IDLE. Allowed: at most 0.', 'duo-seats reclaim --inactive-for 30d'],
    [
      ['--max-age', '59m'],
      'The last sync was AGE. Allowed: at most 59 minutes.',
      'duo-seats sync --from snapshot.json',
    ],
  ])('the unmet condition %j prints its limit and the command to type', async (options, message, command) => {
    const workdir = await openStatus()
    const { stdout, stderr } = await workdir.inProcess.run(['status', ...options], atNine)
    const texts = message.split(/FREE|IDLE|AGE/)
    for (const text of texts) expect(stdout).toContain(text)
    expect(stdout).toContain(`${texts.at(-1)} Next: ${command}\n`)
    expect(stderr).toBe('')
    const { stderr: told } = await workdir.inProcess.run(['status', '--quiet', ...options], atNine)
    expect(told).toMatch(/^error: 1 of 1 condition not met\. /)
    expect(told).toContain(`\nhint: Next: ${command}\n`)
    const { conditions } = await readStatus(3, ...options)
    expect(conditions).toMatchObject([{ met: false, command }])
  })

  test('an unmet condition has the time of the last sync in the time zone of the machine', async () => {
    const workdir = await openStatus()
    const { stdout } = await workdir.run(['status', '--max-age', '59m'], atNine)
    expect(stdout).toContain(
      'The last sync was 1 hour ago (2026-03-02 22:00 +14:00). Allowed: at most 59 minutes.',
    )
  })

  test('several unmet conditions name each command once', async () => {
    const workdir = await openStatus()
    const options = ['--quiet', '--max-age', '1m', '--no-ineligible', '--expires-within', '90d']
    const { stderr } = await workdir.inProcess.run(['status', ...options], atNine)
    expect(stderr).toContain('\nhint: Next: duo-seats sync --from snapshot.json, then duo-seats list\n')
  })

  test('a condition that is met names no command', async () => {
    expect((await readStatus(0, '--min-free', '1')).conditions).toMatchObject([{ met: true, command: null }])
  })

  test('a condition about free seats counts seats beyond the quantity as none free', async () => {
    const workdir = await openTeam({
      add_on_purchases: [makePurchase({ quantity: 1 })],
      seats: [1, 2, 3].map((id) => makeSeat(id)),
    })
    const { conditions } = JSON.parse(await runExpecting(workdir, 3, ['--min-free', '0'])) as StatusDocument
    expect(conditions.map(({ message }) => message)).toEqual([
      'GitLab Duo Pro: 0 of 1 seat free (2 too many held). Required: at least 0.',
    ])
  })

  test.each([
    ['--quiet', ''],
    ['--format=csv', expect.stringContaining('add_on,')],
    ['--format=prometheus', expect.stringContaining('# EOF\n')],
  ])('with %s, which prints no table, unmet conditions are errors on stderr', async (option, stdout) => {
    const workdir = await openStatus()
    const options = ['--no-ineligible', '--min-free', '1', option]
    expect(await workdir.inProcess.run(['status', ...options], atNine)).toEqual({
      code: 3,
      stdout,
      stderr:
        'error: 1 of 2 conditions not met. GitLab Duo Pro: 1 holder not eligible.\n' +
        'hint: Next: duo-seats list\n',
    })
  })

  test('conditions about seats are not met without an active purchase, and a missing day of expiry meets none', async () => {
    const expired = await openTeam({ add_on_purchases: [makePurchase({ expires_on: '2026-03-01' })] })
    const ended = JSON.parse(
      await runExpecting(expired, 3, ['--min-free', '0', '--no-ineligible']),
    ) as StatusDocument
    expect(ended.conditions.map(({ message }) => message)).toEqual([
      '--min-free: no purchase is active.',
      '--no-ineligible: no purchase is active.',
    ])
    expect(ended.add_ons).toMatchObject([{ state: 'expired', free: null }])
    expect(ended.attention.map(({ command }) => command)).not.toContain(
      'duo-seats reclaim --inactive-for 30d',
    )
    const unknown = await openTeam({ add_on_purchases: [makePurchase({ expires_on: null })] })
    const { conditions } = JSON.parse(
      await runExpecting(unknown, 3, ['--expires-within', '1d']),
    ) as StatusDocument
    expect(conditions).toMatchObject([
      { met: false, message: 'GitLab Duo Pro: The day of expiry is unknown.' },
    ])
    const linked = await openLinkedTeam()
    const [condition] = (
      await linked.inProcess.runForJson<StatusDocument>(3, ['status', '--expires-within', '1d'])
    ).conditions
    expect(condition?.message).toBe(
      "GitLab Duo Pro: The day of expiry is unknown: GitLab's API does not show it. Leave --expires-within out.",
    )
  })

  test('idle seats are unknown, and a condition about them is not met, where GitLab reports no Duo activity', async () => {
    const workdir = await openTeam()
    const status = JSON.parse(await runExpecting(workdir, 3, ['--max-idle', '100%'])) as StatusDocument
    expect(status.add_ons).toMatchObject([{ held: 1, idle: null }])
    expect(status.conditions).toMatchObject([{ condition: 'max-idle', met: false }])
  })

  test('a clock behind the last sync is reported, and meets no condition about its age', async () => {
    const workdir = await openStatus()
    const early = { env: setClock('2026-03-01T09:00:00Z') }
    const { code, stdout } = await workdir.run(['status', '--format', 'json', '--max-age', '7d'], early)
    const { conditions, attention } = JSON.parse(stdout) as StatusDocument
    expect([code, conditions[0]?.met]).toEqual([3, false])
    expect(attention[0]?.message).toBe('The clock is behind the last sync, of 2026-03-02T08:00:00.000Z.')
  })

  test('every command that status names for what needs attention runs', async () => {
    const workdir = await openStatus()
    const { attention } = await readStatus(0)
    for (const { command } of attention) {
      const { code } = await workdir.inProcess.run(command.split(' ').slice(1), atNine)
      // A removal may be above the cap.
      expect([command, [0, 5].includes(code ?? 1)]).toEqual([command, true])
    }
  })

  test('status of a linked store counts the changes that GitLab has not confirmed', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.run(['assign', 'bob', '--no-push'])
    const status = await team.inProcess.runForJson<StatusDocument>(0, ['status'])
    expect(status).toMatchObject({ linked: true, add_ons: [{ held: 2, pending: 1 }] })
    expect(status.attention).toContainEqual({
      ...{ code: 'pending', add_on: 'duo-pro' },
      message: 'GitLab Duo Pro: 1 change not confirmed by GitLab.',
      command: 'duo-seats sync',
    })
  })

  test('status prints one screen, which names the store of --store in its commands', async () => {
    const workdir = await openStatus()
    const { stdout } = await workdir.inProcess.run(['status', '--store', 'store.db'], atNine)
    expect(stdout.split('\n').length).toBeLessThan(24)
    expect(stdout).toContain(
      '\n! GitLab Duo Pro: 1 seat idle for 30 days. Next: duo-seats --store store.db reclaim --inactive-for 30d\n',
    )
  })

  test('status fits a terminal of 60 columns, and breaks no command', async () => {
    const { stdout } = await showInProcess(await openStatus(), ['status'], frozenClock, 60)
    const lines = stdout.split(/\r?\n/)
    expect(lines.filter((line) => line.length > 60)).toEqual([])
    expect(lines).toContain('duo-seats reclaim --inactive-for 30d')
  })

  test('status of an empty store names the next command', async () => {
    const { Workdir } = await import('../support/workdir.ts')
    const { code, stderr } = await new Workdir().inProcess.run(['status'])
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('hint: ')])
  })
})

const hasPromtool = spawnSync('promtool', ['--version']).status === 0

describe('status --format prometheus', () => {
  async function printMetrics(...options: string[]): Promise<string> {
    const workdir = await openStatus()
    return (await workdir.inProcess.run(['status', '--format', 'prometheus', ...options], atNine)).stdout
  }

  test('metrics have the numbers of the seats, with labels for the add-on and the GitLab', async () => {
    const metrics = await printMetrics('--min-free', '2')
    const labels = 'add_on="duo-pro",scope="https://gitlab.example.com"'
    expect(metrics.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      `duo_seats_bought_seats{${labels}} 4`,
      `duo_seats_held_seats{${labels}} 3`,
      `duo_seats_free_seats{${labels}} 1`,
      `duo_seats_pending_changes{${labels}} 0`,
      `duo_seats_idle_seats{${labels},days="30"} 1`,
      `duo_seats_unrecorded_use_seats{${labels}} 0`,
      `duo_seats_ineligible_holders{${labels}} 1`,
      `duo_seats_expiry_timestamp_seconds{${labels}} ${Date.parse('2026-03-20') / 1000}`,
      `duo_seats_last_sync_timestamp_seconds{scope="https://gitlab.example.com"} ${Date.parse('2026-03-02T08:00:00Z') / 1000}`,
      `duo_seats_condition_met{condition="min-free",${labels}} 0`,
    ])
    expect(metrics.endsWith('# EOF\n')).toBe(true)
  })

  test.skipIf(!hasPromtool)('promtool finds no fault in the metrics (skipped without promtool)', async () => {
    const metrics = await printMetrics('--no-ineligible', '--max-age', '1h')
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: metrics })
    expect([status, String(stdout), String(stderr)]).toEqual([0, '', ''])
  })
})
