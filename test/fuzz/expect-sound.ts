import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { exitCodes } from '../../src/errors.ts'
import type { Finished, Workdir } from '../support/workdir.ts'

const documented: readonly (number | null)[] = Object.values(exitCodes)

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

/** Holds for every command, whatever it was given. */
export function expectSound(args: readonly string[], { code, stdout, stderr }: Finished): void {
  const report = `duo-seats ${args.join(' ')}\nexit ${code}\n${stderr.slice(0, 2000)}`
  expect(documented, report).toContain(code)
  expect(stderr, report).not.toContain('This is a bug')
  expect(`${stdout}${stderr}`, report).not.toMatch(/^ +at .*:\d+:\d+\)?$/m)
  expect(stdout, report).not.toMatch(controls)
  if (code !== null && stdout !== '' && asksForJson(args)) JSON.parse(stdout)
}

/** Help and the version are text, whatever the format. */
function asksForJson(args: readonly string[]): boolean {
  const { format, help, version } = parseArgs({
    args: [...args],
    options: {
      format: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'V' },
    },
    strict: false,
  }).values
  return format === 'json' && help !== true && version !== true
}

/** No file is half written. */
export function expectNoLeftovers({ path }: Workdir): void {
  expect(readdirSync(path).filter((name) => name.includes('.tmp'))).toEqual([])
}

/** The seats held beyond those bought, for each purchase that GitLab or the store has. */
export function countSurplus(workdir: Workdir, file = 'store.db'): number[] {
  const database = new Database(workdir.join(file), { readonly: true })
  try {
    return database
      .prepare<[], number>(`
        SELECT max(0, (SELECT count(*) FROM seats WHERE add_on_purchase_id = id) - quantity)
        FROM add_on_purchases ORDER BY id
      `)
      .pluck()
      .all()
  } finally {
    database.close()
  }
}
