import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { makeCrowd, writeCrowd } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { countOutcomes, type RunDocument } from '../support/run-document.ts'
import { refuseWith, type Tampering } from '../support/tampering-proxy.ts'
import { collect } from '../support/workdir.ts'

/** How long may take what is to happen at once, on the slowest machine: a request that nobody answers takes 30 seconds. */
const atOnceMs = 20_000

/** A crowd in a GitLab that answers the first call, and none of the others. */
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

async function waitForFirstAnswer(team: LinkedTeam): Promise<void> {
  while (team.readResults().every(([, , pushed]) => pushed === 'pending')) await delay(20)
}

/** How many results of all runs have which outcome and state. */
function countResults(team: LinkedTeam): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [, outcome, pushed] of team.readResults()) {
    const key = `${outcome} ${pushed}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

describe('a push that is interrupted', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends at once, with a row for everybody on stdout and in --results',
    async (signal) => {
      const team = await openStuckTeam(300)
      const child = team.start(['bulk-assign', 'crowd.csv', '--format', 'json', '--results', 'all.json'])
      const finished = collect(child)
      await waitForFirstAnswer(team)
      const interruptedAt = Date.now()
      child.kill(signal)
      const { code, stdout, stderr } = await finished
      expect(Date.now() - interruptedAt).toBeLessThan(atOnceMs)
      expect([code, stderr]).toEqual([
        130,
        'error: Interrupted while pushing: 100 of 300 changes confirmed, 200 stay pending.\n' +
          'hint: Run "duo-seats sync" to push the rest; nothing is done twice.\n',
      ])
      const document = JSON.parse(stdout) as RunDocument
      expect(document.summary.outcomes).toEqual({ assigned: 100, pending: 200 })
      expect(countOutcomes(document)).toEqual({ assigned: 100, pending: 200 })
      expect(team.workdir.read('all.json')).toBe(stdout)

      team.proxy.tamper = () => 'pass'
      await team.runForJson(0, ['sync'])
      expect(team.listGitLabHolders()).toHaveLength(300)
      expect(countResults(team)).toEqual({ 'assigned confirmed': 300 })
    },
  )

  test('says what GitLab had refused, and writes it to --rejects', async () => {
    const team = await openStuckTeam(250, refuseWith('INCOMPATIBLE_ADD_ON'))
    const child = team.start(['bulk-assign', 'crowd.csv', '--rejects', 'rejects.csv'])
    const finished = collect(child)
    await waitForFirstAnswer(team)
    child.kill('SIGINT')
    const { code, stderr } = await finished
    expect(code).toBe(130)
    expect(stderr).toContain(
      'error: Interrupted while pushing: 0 of 250 changes confirmed, 100 refused, 150 stay pending.\n',
    )
    const rejects = team.workdir.read('rejects.csv').split('\n')
    expect(rejects.filter((line) => line.includes(',incompatible_add_on,'))).toHaveLength(100)
    // What is pending is none of them: the next sync pushes it.
    expect(rejects.filter((line) => line !== '')).toHaveLength(101)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends by a second signal, %s, in the middle of a row',
    async (second) => {
      const team = await openStuckTeam(2_000)
      const child = team.start(['bulk-assign', 'crowd.csv', '--format', 'json'])
      const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)))
      await waitForFirstAnswer(team)
      child.kill('SIGINT')
      // Nobody reads on, so that the printing stops when the pipe is full.
      await once(child.stdout ?? child, 'readable')
      child.kill(second)
      expect(await Promise.race([ended, delay(atOnceMs, 'goes on')])).toBe(second)
      child.kill('SIGKILL')
    },
  )
})

describe('the report of a run that is pending', () => {
  test('says, when it is interrupted, that it was being printed: nothing was pushed', async () => {
    const team = await openLinkedTeam(makeCrowd(5_000))
    team.workdir.write('crowd.csv', writeCrowd(5_000))
    const child = team.start(['bulk-assign', 'crowd.csv', '--no-push', '--format', 'json'])
    // Nobody reads on, so that the printing waits when the pipe is full.
    await once(child.stdout ?? child, 'readable')
    child.kill('SIGINT')
    const { code, stderr } = await collect(child)
    expect([code, stderr]).toEqual([
      130,
      'error: Interrupted while printing: run 1 is written, and what GitLab has not confirmed of it is pending.\n' +
        'hint: Run "duo-seats sync" to push it; nothing is done twice.\n',
    ])
    expect(team.listMutations()).toEqual([])
  })

  test('says, when a file cannot be written, that GitLab has not confirmed the run', async () => {
    const team = await openLinkedTeam()
    const { code, stderr } = await team.run(['assign', 'bob', '--no-push', '--results', '/dev/full'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'hint: Run 1 is written all the same, and waits for GitLab to confirm it. Name another file and run the command again; it changes nothing twice.\n',
      ),
    ])
  })
})
