import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listCrowd, makeCrowd, makeHolders, writeCrowd } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { collect } from '../support/workdir.ts'

const kills = 3

const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

/** Makes the push the longest part of a run. */
const slowGitLab = { latencyMs: 20 }

/** Draws a moment in each part of a run, from 0 to 1. */
function drawMoments(): number[] {
  const drawn = fc.sample(fc.integer({ min: 0, max: 999 }), { seed, numRuns: kills })
  return drawn.map((moment, index) => (index + moment / 1000) / kills)
}

/** Measures a whole run in milliseconds from its first request. */
async function measureRunMs(team: LinkedTeam, args: readonly string[]): Promise<number> {
  const finished = team.run(args)
  await waitForRequest(team)
  const startedAt = Date.now()
  expect((await finished).code).toBe(0)
  return Date.now() - startedAt
}

async function waitForRequest({ proxy }: LinkedTeam, seen = 0): Promise<void> {
  while (proxy.seen.length === seen) await delay(2)
}

/** Kills the command some time after its first request, and waits until GitLab has finished its requests. */
async function killAfter(team: LinkedTeam, args: readonly string[], ms: number): Promise<void> {
  const seen = team.proxy.seen.length
  const child = team.start(args)
  const finished = collect(child)
  await waitForRequest(team, seen)
  await delay(ms)
  child.kill('SIGKILL')
  await finished
  while (team.proxy.underway > 0) await delay(5)
}

/** Global ids in all calls that assign seats: GitLab notifies a user for each one. */
function listGiven({ proxy }: LinkedTeam): unknown[] {
  return proxy.seen
    .filter(({ operation }) => /^GiveSeats?$/.test(operation))
    .flatMap(({ variables }) => variables['userIds'] ?? variables['userId'])
}

interface Scene {
  args: readonly string[]
  open: () => Promise<LinkedTeam>
  /** Usernames of the holders. */
  before: string[]
  after: string[]
  results: Record<string, number>
}

const scenes: Record<string, Scene> = {
  'bulk-assign': {
    args: ['bulk-assign', 'crowd.csv'],
    open: async () => {
      const team = await openLinkedTeam(makeCrowd(430, 2_000), slowGitLab)
      team.workdir.write('crowd.csv', writeCrowd(430))
      return team
    },
    before: [],
    after: listCrowd(430),
    results: { 'assigned confirmed': 430 },
  },
  apply: {
    args: ['apply', 'wanted.csv', '--yes', '--max-removals', '250'],
    open: async () => {
      const team = await openLinkedTeam(makeHolders(300, 550, 300), slowGitLab)
      team.workdir.write('wanted.csv', writeCrowd(550, 251))
      return team
    },
    before: listCrowd(300),
    after: listCrowd(550, 251),
    results: { 'unassigned confirmed': 250, 'already_assigned null': 50, 'assigned confirmed': 250 },
  },
}

describe.each(Object.entries(scenes))(
  'a linked %s that is killed',
  (command, { args, open, before, after, results }) => {
    test(`sync finishes a linked ${command} that was killed at any moment, also after a killed sync, and nothing is lost or pushed twice (KILL_SEED=${seed})`, async () => {
      const runMs = await measureRunMs(await open(), args)
      for (const moment of drawMoments()) {
        const team = await open()
        await killAfter(team, args, moment * runMs)
        const left = team.countResults()
        await killAfter(team, ['sync'], (moment * runMs) / 2)
        await team.inProcess.runForJson(0, ['sync'])
        expect(team.listHistoryFaults()).toEqual([])
        const isDecided = Object.keys(left).length > 0
        expect(team.countResults()).toEqual(isDecided ? results : {})
        expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual(
          Array(2).fill(isDecided ? after : before),
        )
        // The same command does everything where nothing was written, and nothing otherwise.
        expect((await team.inProcess.run(args)).code).toBe(0)
        expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual(Array(2).fill(after))
        const given = listGiven(team)
        expect(new Set(given).size).toBe(given.length)
      }
    }, 900_000)
  },
)
