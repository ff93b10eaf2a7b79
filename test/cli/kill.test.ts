import { copyFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listHistoryFaults } from '../support/history-faults.ts'
import { makePurchase, makeUser } from '../support/make-snapshot.ts'
import type { RunDocument } from '../support/run-document.ts'
import { openTeam } from '../support/sample-team.ts'
import { collect, type Finished, type Workdir } from '../support/workdir.ts'

const rows = 3_000
const kills = 6

const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

/** Opens a store with a free seat for every user of the list. */
async function openLargeTeam(): Promise<Workdir> {
  const users = Array.from({ length: rows }, (_, index) => makeUser(index + 1, `user-${index + 1}`))
  const workdir = await openTeam({
    add_on_purchases: [makePurchase({ quantity: rows })],
    users,
    seats: [],
  })
  workdir.write('people.csv', `username\n${users.map(({ username }) => username).join('\n')}\n`)
  return workdir
}

const command = ['bulk-assign', 'people.csv', '--format', 'json']

/** Measures a whole run from the moment at which its number is in the store. */
async function measureRunMs(workdir: Workdir): Promise<number> {
  copyFileSync(workdir.join('store.db'), workdir.join('measured.db'))
  const child = workdir.start([...command, '--store', 'measured.db'])
  const finished = collect(child)
  await waitForRun(workdir, 'measured.db')
  const startedAt = Date.now()
  expect(await finished).toMatchObject({ code: 0 })
  return Date.now() - startedAt
}

async function waitForRun(workdir: Workdir, store: string): Promise<void> {
  const database = new Database(workdir.join(store))
  const count = database.prepare('SELECT count(*) FROM runs').pluck()
  while (count.get() === 0) await delay(2)
  database.close()
}

/** Reads from the file what a killed run left. */
function inspectStore(workdir: Workdir, store: string) {
  const database = new Database(workdir.join(store))
  const count = (sql: string) => database.prepare(`SELECT count(*) FROM ${sql}`).pluck().get() as number
  const left = {
    integrity: database.pragma('integrity_check', { simple: true }),
    seats: count('seats'),
    results: count('results'),
    unfinished: count('runs WHERE finished_at IS NULL'),
    historyFaults: listHistoryFaults(database),
  }
  database.close()
  return left
}

const nothing = { integrity: 'ok', seats: 0, results: 0, unfinished: 1, historyFaults: [] }
const everything = { integrity: 'ok', seats: rows, results: rows, unfinished: 0, historyFaults: [] }

test(`a killed bulk-assign leaves all of its seats or none, and can be run again (KILL_SEED=${seed})`, async () => {
  const workdir = await openLargeTeam()
  const runMs = await measureRunMs(workdir)
  const moments = fc.sample(fc.integer({ min: 0, max: 999 }), { seed, numRuns: kills })
  let cutOff = 0
  for (const [index, moment] of moments.entries()) {
    const store = `killed-${index}.db`
    const isCutOff = await killRun(workdir, store, ((index + moment / 1000) / kills) * runMs)
    await expectToGoOn(workdir, store, isCutOff)
    if (isCutOff) cutOff += 1
  }
  // A run may be faster than the measured one, but at least one of them must be cut off.
  for (let index = kills; cutOff === 0; index += 1) {
    const store = `killed-${index}.db`
    const isCutOff = await killRun(workdir, store, 0)
    await expectToGoOn(workdir, store, isCutOff)
    if (isCutOff) cutOff += 1
  }
})

test('a bulk-assign that is interrupted while it decides leaves nothing, not even its number', async () => {
  let [workdir, finished] = await interruptRun()
  // The run had decided before the signal arrived.
  while (inspectStore(workdir, 'store.db').seats === rows) [workdir, finished] = await interruptRun()
  const { code, stdout, stderr } = finished
  const message = 'Interrupted: nothing was written.'
  const hint = 'Run the same command again to continue.'
  expect([code, stderr.replace(/^Assigning seats.*\n/gm, '')]).toEqual([
    130,
    `error: ${message}\nhint: ${hint}\n`,
  ])
  expect(JSON.parse(stdout)).toEqual({ schema: 1, error: { code: 'interrupted', message, hint } })
  expect(inspectStore(workdir, 'store.db')).toEqual({ ...nothing, unfinished: 0 })
  expect(readdirSync(workdir.path).sort()).toEqual(['people.csv', 'store.db'])
})

/** Interrupts a run on a fresh store once its number is in the store. */
async function interruptRun(): Promise<[Workdir, Finished]> {
  const workdir = await openLargeTeam()
  const child = workdir.start([...command, '--results', 'all.csv'])
  const finished = collect(child)
  await waitForRun(workdir, 'store.db')
  child.kill('SIGINT')
  return [workdir, await finished]
}

/** Kills a run on a fresh store. Returns whether the run was cut off. */
async function killRun(workdir: Workdir, store: string, afterMs: number): Promise<boolean> {
  copyFileSync(workdir.join('store.db'), workdir.join(store))
  const child = workdir.start([...command, '--store', store])
  const finished = collect(child)
  await waitForRun(workdir, store)
  await delay(afterMs)
  child.kill('SIGKILL')
  await finished
  const left = inspectStore(workdir, store)
  expect([nothing, everything]).toContainEqual(left)
  return left.unfinished === 1
}

/** Runs the same command again, which warns of the cut-off run and completes it. */
async function expectToGoOn(workdir: Workdir, store: string, isCutOff: boolean): Promise<void> {
  const again = await workdir.inProcess.run([...command, '--store', store])
  const warning =
    /^warning: Run 1 \(bulk-assign people\.csv, started \d{4}-\d\d-\d\d \d\d:\d\d \+14:00\) was cut off and changed nothing\. Run it again\.\n/
  if (isCutOff) expect(again.stderr).toMatch(warning)
  else expect(again.stderr).not.toContain('cut off')
  const { run, summary } = JSON.parse(again.stdout) as RunDocument
  expect([again.code, run.id]).toEqual([0, 2])
  expect(summary.outcomes).toEqual(isCutOff ? { assigned: rows } : { already_assigned: rows })

  const list = await workdir.inProcess.run(['list', '--limit', '1', '--store', store])
  expect([list.code, list.stderr]).toEqual([0, ''])
  expect(inspectStore(workdir, store)).toMatchObject({ integrity: 'ok', seats: rows })
}
