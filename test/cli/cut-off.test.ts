import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openTeam } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

/** Inserts a run as a killed process leaves it. */
function leaveRun(workdir: Workdir, { daysAgo = 0, host = '' } = {}): void {
  const database = new Database(workdir.join('store.db'))
  database
    .prepare(`
      INSERT INTO runs (command, add_on_purchase_id, options, source, actor, host, pid, started_at)
      VALUES ('bulk-assign', 1, '{}', 'people.csv', 'root', ?, 999999999, ?)
    `)
    .run(host, new Date(Date.now() - daysAgo * 86_400_000).toISOString())
  database.close()
}

const warning =
  /^warning: Run 1 \(bulk-assign people\.csv, started \d{4}-\d\d-\d\d \d\d:\d\d \+14:00\) has not finished\./

test('every command warns of a run that was cut off until the same command has finished with the same file', async () => {
  const workdir = await openTeam()
  workdir.write('people.csv', 'username\nbob\n')
  leaveRun(workdir, { host: 'elsewhere' })
  expect((await workdir.inProcess.run(['assign', 'bob', '-q'])).stderr).toBe('')
  expect((await workdir.run(['assign', 'carol'])).stderr).toMatch(warning)
  expect((await workdir.inProcess.run(['list'])).stderr).toMatch(warning)
  expect((await workdir.inProcess.run(['bulk-assign', 'people.csv'])).stderr).toMatch(warning)
  expect((await workdir.inProcess.run(['list'])).stderr).toBe('')
})

test('no command warns of a run that was cut off more than a week ago', async () => {
  const workdir = await openTeam()
  leaveRun(workdir, { host: 'elsewhere', daysAgo: 8 })
  expect((await workdir.inProcess.run(['list'])).stderr).toBe('')
})
