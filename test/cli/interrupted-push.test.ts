import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { makeCrowd, writeCrowd } from '../support/crowd.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { countOutcomes, type RunDocument } from '../support/run-document.ts'
import { refuseWith, type Tampering } from '../support/tampering-proxy.ts'
import { collect } from '../support/workdir.ts'

/** The limit for "at once" on a slow machine. A request without an answer would take 30 seconds. */
const atOnceMs = 20_000

/** Opens a crowd in a GitLab that answers the first mutation and no other. */
async function openStuckTeam(people: number, first: Tampering = 'pass') {
  const team = await openLinkedTeam(makeCrowd(people))
  team.workdir.write('crowd.csv', writeCrowd(people))
  let mutations = 0
  team.proxy.tamper = ({ isMutation }) => {
    if (!isMutation) return 'pass'
    return mutations++ === 0 ? first : new Promise<'pass'>(() => {})
  }
  return team
}

describe('a push that is interrupted', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'bulk-assign ends its push at once on %s, and prints and writes a row for every user',
    async (signal) => {
      const team = await openStuckTeam(300)
      const child = team.start(['bulk-assign', 'crowd.csv', '--format', 'json', '--results', 'all.json'])
      const finished = collect(child)
      await team.waitForAnswer()
      const interruptedAt = Date.now()
      child.kill(signal)
      const { code, stdout, stderr } = await finished
      expect(Date.now() - interruptedAt).toBeLessThan(atOnceMs)
      expect([code, stderr]).toEqual([
        130,
        'error: Interrupted while pushing: 100 of 300 changes confirmed, 200 stay pending.\n' +
          'hint: Run "duo-seats sync" to push the rest; it is safe to repeat.\n',
      ])
      const document = JSON.parse(stdout) as RunDocument
      expect(document.summary.outcomes).toEqual({ assigned: 100, pending: 200 })
      expect(countOutcomes(document)).toEqual({ assigned: 100, pending: 200 })
      expect(team.workdir.read('all.json')).toBe(stdout)

      team.proxy.tamper = () => 'pass'
      await team.inProcess.runForJson(0, ['sync'])
      expect(team.listGitLabHolders()).toHaveLength(300)
      expect(team.countResults()).toEqual({ 'assigned confirmed': 300 })
    },
  )

  test('bulk-assign that is interrupted with Ctrl-C at a terminal prints its report and how to continue', async () => {
    const team = await openStuckTeam(300)
    const child = team.startAtTerminal(['bulk-assign', 'crowd.csv', '--results', 'all.json'], 120)
    let screen = ''
    child.stdout?.on('data', (text) => (screen += text))
    const finished = collect(child)
    await team.waitForAnswer()
    // The spinner has a listener for signals of its own.
    while (!screen.includes('Pushing')) await delay(20)
    child.stdin?.write('\u0003')
    const { code, stdout } = await finished
    expect(code).toBe(130)
    expect(stdout).toContain('300 rows: 100 assigned, 200 pending.')
    expect(stdout).toContain('Interrupted while pushing: 100 of 300 changes confirmed, 200 stay pending.')
    expect(JSON.parse(team.workdir.read('all.json')).summary.outcomes).toEqual({
      assigned: 100,
      pending: 200,
    })
  })

  test('bulk-assign with an interrupted push reports the refusals of GitLab and writes them to --rejects', async () => {
    const team = await openStuckTeam(250, refuseWith('INCOMPATIBLE_ADD_ON'))
    const child = team.start(['bulk-assign', 'crowd.csv', '--rejects', 'rejects.csv'])
    const finished = collect(child)
    await team.waitForAnswer()
    child.kill('SIGINT')
    const { code, stderr } = await finished
    expect(code).toBe(130)
    expect(stderr).toContain(
      'error: Interrupted while pushing: 0 of 250 changes confirmed, 100 refused, 150 stay pending.\n',
    )
    const rejects = team.workdir.read('rejects.csv').split('\n')
    expect(rejects.filter((line) => line.includes(',incompatible_add_on,'))).toHaveLength(100)
    // Pending changes are not rejects: the next sync pushes them.
    expect(rejects.filter((line) => line !== '')).toHaveLength(101)
  })

  test('bulk-assign with an interrupted push writes every --report, with the pending rows', async () => {
    const team = await openStuckTeam(300)
    const reports = ['codequality=q.json', 'junit=r.xml', 'markdown=m.md']
    const options = reports.flatMap((report) => ['--report', report])
    const child = team.start(['bulk-assign', 'crowd.csv', ...options])
    const finished = collect(child)
    await team.waitForAnswer()
    child.kill('SIGINT')
    expect((await finished).code).toBe(130)
    const findings: { severity: string }[] = JSON.parse(team.workdir.read('q.json'))
    expect(findings.map(({ severity }) => severity)).toEqual(Array.from({ length: 200 }, () => 'minor'))
    expect(team.workdir.read('r.xml')).toContain(' tests="300" failures="200" ')
    expect(team.workdir.read('m.md')).toContain('| … `pending` | 200 |\n')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'bulk-assign ends on a second signal, %s, in the middle of a row',
    async (second) => {
      const team = await openStuckTeam(2_000)
      const child = team.start(['bulk-assign', 'crowd.csv', '--format', 'json'])
      const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)))
      await team.waitForAnswer()
      child.kill('SIGINT')
      // Without a reader the printing stops when the pipe is full.
      await once(child.stdout ?? child, 'readable')
      child.kill(second)
      expect(await Promise.race([ended, delay(atOnceMs, 'goes on')])).toBe(second)
      child.kill('SIGKILL')
    },
  )
})

test('bulk-assign removes the temporary files that a killed run left beside --results and --rejects', async () => {
  const team = await openStuckTeam(300)
  const args = ['bulk-assign', 'crowd.csv', '--results', 'all.json', '--rejects', 'rejects.csv']
  const child = team.start(args)
  await team.waitForAnswer()
  child.kill('SIGKILL')
  await collect(child)
  const listTemporary = () => readdirSync(team.workdir.path).filter((name) => name.endsWith('.tmp'))
  expect(listTemporary()).toEqual([
    expect.stringMatching(/^\.all\.json\.[0-9a-f]{28}\.tmp$/),
    expect.stringMatching(/^\.rejects\.csv\.[0-9a-f]{28}\.tmp$/),
  ])
  team.proxy.tamper = () => 'pass'
  expect((await team.run(args)).code).toBe(0)
  expect(listTemporary()).toEqual([])
})

describe('the report of a pending run', () => {
  test('bulk-assign --no-push says that the run is written and pending when it is interrupted while it prints', async () => {
    const team = await openLinkedTeam(makeCrowd(2_500))
    team.workdir.write('crowd.csv', writeCrowd(2_500))
    const child = team.start(['bulk-assign', 'crowd.csv', '--no-push', '--format', 'json'])
    // Without a reader the printing waits when the pipe is full.
    await once(child.stdout ?? child, 'readable')
    child.kill('SIGINT')
    const { code, stderr } = await collect(child)
    expect([code, stderr]).toEqual([
      130,
      'error: Interrupted while printing: run 1 is written, and its changes that GitLab has not confirmed are pending.\n' +
        'hint: Run "duo-seats sync" to push them; it is safe to repeat.\n',
    ])
    expect(team.listMutations()).toEqual([])
  })

  test('assign --no-push says that the run is pending when the --results file cannot be written', async () => {
    const team = await openLinkedTeam()
    const { code, stderr } = await team.run(['assign', 'bob', '--no-push', '--results', '/dev/full'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'hint: Run 1 is written, and GitLab has not confirmed it yet. Name another file and run the command again; repeating it is safe.\n',
      ),
    ])
  })
})
