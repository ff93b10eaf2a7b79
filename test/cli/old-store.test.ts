import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrations } from '../../src/store/migrations/migrations.ts'
import { listHistoryFaults } from '../support/history-faults.ts'
import type { RunDocument } from '../support/run-document.ts'
import { fixtures, Workdir } from '../support/workdir.ts'

/** What version 0.1.0 printed about the store with `--format json`, by command, without the keys `message`. */
const printed: Record<string, unknown> = JSON.parse(readFileSync(join(fixtures, 'stores/0.1.0.json'), 'utf8'))

/** A directory with a store that version 0.1.0 wrote. */
function openOldStore(): Workdir {
  const workdir = new Workdir()
  workdir.write('store.db', readFileSync(join(fixtures, 'stores/0.1.0.db')))
  return workdir
}

/** Since 0.1.0, sentences changed and keys were added. */
const changedKeys = [
  'message',
  'suggestions',
  'recorded_only',
  'refusal',
  'synced_at',
  'ci_user',
  'gitlab_user_id',
  'gitlab_username',
  'surplus',
]

async function printWithoutMessages(workdir: Workdir, command: string): Promise<unknown> {
  const runner = ['list', 'runs', 'runs show 1'].includes(command) ? workdir : workdir.inProcess
  const text = await runner.runExpecting(0, [...command.split(' '), '--format', 'json'])
  return JSON.parse(text, (key, value) => (changedKeys.includes(key) ? undefined : value))
}

async function query<Row>(workdir: Workdir, sql: string): Promise<Row[]> {
  await workdir.inProcess.runExpecting(0, ['runs'])
  const database = new Database(workdir.join('store.db'), { readonly: true })
  try {
    return database.prepare<[], Row>(sql).all()
  } finally {
    database.close()
  }
}

describe('a store of version 0.1.0', () => {
  test('every report about a store of version 0.1.0 is that of version 0.1.0', async () => {
    const workdir = openOldStore()
    const now: Record<string, unknown> = {}
    for (const command of Object.keys(printed)) now[command] = await printWithoutMessages(workdir, command)
    expect(now).toEqual(printed)
  })

  test('the migration of a store of version 0.1.0 makes a history of its runs that ends with its seats', async () => {
    const workdir = openOldStore()
    const counts = await query(workdir, 'SELECT change, count(*) AS events FROM history GROUP BY change')
    expect(counts).toEqual([
      { change: 'bought', events: 1 },
      { change: 'found', events: 3 },
      { change: 'given', events: 6 },
      { change: 'taken', events: 3 },
    ])
    const database = new Database(workdir.join('store.db'), { readonly: true })
    expect(listHistoryFaults(database)).toEqual([])
    database.close()
  })

  test('the migration of a store of version 0.1.0 moves pending seats and removals to the pending changes', async () => {
    const workdir = openOldStore()
    expect(await query(workdir, 'PRAGMA user_version')).toEqual([{ user_version: migrations.length }])
    const changes = await query(
      workdir,
      `SELECT username, change, run_id, requested_at FROM pending_changes JOIN users ON id = user_id ORDER BY id`,
    )
    const at = (time: string) => `2026-11-26T${time}Z`
    expect(changes).toEqual([
      { username: 'grace', change: 'give', run_id: 13, requested_at: at('03:34:44.292') },
      { username: 'margaret', change: 'take', run_id: 10, requested_at: at('03:34:41.305') },
      { username: 'barbara', change: 'take', run_id: 14, requested_at: at('03:34:45.392') },
      { username: 'hedy', change: 'take', run_id: 10, requested_at: at('03:34:41.305') },
      { username: 'alan', change: 'give', run_id: 9, requested_at: at('03:34:40.261') },
      { username: 'annie', change: 'give', run_id: 11, requested_at: at('03:34:42.245') },
    ])
    const seats = await query(
      workdir,
      `SELECT username, assigned_at, run_id FROM seats JOIN users ON id = user_id ORDER BY id`,
    )
    expect(seats).toEqual([
      { username: 'ada', assigned_at: null, run_id: null },
      { username: 'grace', assigned_at: null, run_id: null },
      { username: 'margaret', assigned_at: null, run_id: null },
      { username: 'katherine', assigned_at: at('03:34:38.146'), run_id: 7 },
      { username: 'dennis', assigned_at: null, run_id: null },
      { username: 'hedy', assigned_at: at('03:34:38.146'), run_id: 7 },
    ])
  })

  test('the migration of a store of version 0.1.0 marks the own changes of each run and no repeated requests', async () => {
    const changes = await query<{ run_id: number; change: string; names: string }>(
      openOldStore(),
      `SELECT run_id, change, group_concat(input ORDER BY number) AS names
       FROM results WHERE change <> 'none' GROUP BY run_id, change ORDER BY run_id`,
    )
    expect(changes.map(({ run_id, change, names }) => [run_id, change, names])).toEqual([
      [1, 'give', 'grace,linus'],
      [2, 'give', 'katherine'],
      [3, 'give', 'alan'],
      [6, 'take', 'alan,katherine'],
      [7, 'give', 'hedy,katherine'],
      [8, 'take', 'linus'],
      [9, 'give', 'alan'],
      [10, 'take', 'margaret,hedy'],
      [11, 'give', 'annie'],
      [13, 'give', 'grace'],
      [14, 'take', 'barbara'],
    ])
  })

  test('the changes of each run of version 0.1.0 add up to its recorded free seats', async () => {
    const runs = await query<Record<'id' | 'before' | 'after' | 'changed' | 'discarded', number>>(
      openOldStore(),
      `SELECT runs.id, free_before AS before, free_after AS after,
         coalesce(sum((change = 'take') - (change = 'give')), 0) AS changed,
         coalesce(sum(coalesce(detail = 'removal_given_up', 0) - coalesce(detail = 'given_up', 0)), 0) AS discarded
       FROM runs LEFT JOIN results ON run_id = runs.id
       WHERE finished_at IS NOT NULL GROUP BY runs.id ORDER BY runs.id`,
    )
    expect(runs).toHaveLength(14)
    for (const { id, before, after, changed, discarded } of runs) {
      expect([id, after]).toEqual([id, before + changed + discarded])
      const { summary } = printed[`runs show ${id}`] as Pick<RunDocument, 'summary'>
      expect([id, summary.free_before, summary.free_after]).toEqual([id, before, before + changed])
    }
  })
})

describe('commands on a store of version 0.1.0', () => {
  /** `[username, outcome]` of each result. */
  async function change(workdir: Workdir, code: number, command: string): Promise<unknown[]> {
    const args = [...command.split(' '), '--no-push']
    const { results } = await workdir.inProcess.runForJson<RunDocument>(code, args)
    return results.map(({ input, outcome }) => [input, outcome])
  }

  test('undo reverses the pending removals of a run of version 0.1.0 as far as seats are free', async () => {
    expect(await change(openOldStore(), 3, 'undo 10 --yes')).toEqual([
      ['margaret', 'pending'],
      ['hedy', 'no_seats_available'],
    ])
  })

  test('undo removes confirmed seats of a run of version 0.1.0 and skips those that changed since', async () => {
    const workdir = openOldStore()
    expect(await change(workdir, 3, 'undo 7 --yes')).toEqual([
      ['katherine', 'pending_removal'],
      ['hedy', 'changed_since'],
    ])
    expect(await change(workdir, 0, 'undo 16 --yes')).toEqual([['katherine', 'pending']])
    expect(await change(workdir, 3, 'undo 6 --yes')).toEqual([
      ['alan', 'changed_since'],
      ['katherine', 'changed_since'],
    ])
  })

  test('assign, unassign and apply continue a store of version 0.1.0', async () => {
    const workdir = openOldStore()
    expect(await change(workdir, 3, 'assign alan barbara linus')).toEqual([
      ['alan', 'pending'],
      ['barbara', 'pending'],
      ['linus', 'no_seats_available'],
    ])
    expect(await change(workdir, 0, 'unassign margaret dennis linus --yes')).toEqual([
      ['margaret', 'pending_removal'],
      ['dennis', 'pending_removal'],
      ['linus', 'not_assigned'],
    ])
    workdir.write('team.csv', 'username\nada\ngrace\nkatherine\nlinus\n')
    expect(await change(workdir, 0, 'apply team.csv --dry-run --max-removals 100%')).toEqual([
      ['barbara', 'unassigned'],
      ['alan', 'unassigned'],
      ['annie', 'unassigned'],
      ['ada', 'already_assigned'],
      ['grace', 'pending'],
      ['katherine', 'already_assigned'],
      ['linus', 'assigned'],
    ])
  })

  test('reclaim and list read a store of version 0.1.0', async () => {
    const workdir = openOldStore()
    expect(await change(workdir, 0, 'reclaim --inactive-for 30d --max-removals 100%')).toEqual([
      ['dennis', 'unassigned'],
      ['ada', 'unassigned'],
    ])
    const csv = await workdir.inProcess.runExpecting(0, ['list', '--format', 'csv'])
    expect(csv.split('\n').map((line) => line.split(',')[0])).toEqual([
      'username',
      'ada',
      'alan',
      'annie',
      'dennis',
      'grace',
      'katherine',
      '',
    ])
  })
})
