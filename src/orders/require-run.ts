import type { RecordedRun } from '../domain/recorded-run.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/** @throws UserError for an unknown run */
export function requireRun({ runs }: Store, id: number): RecordedRun {
  const run = runs.find(id)
  if (run === null)
    throw new UserError('usage', `Run ${id} does not exist.`, 'To list the runs: duo-seats runs')
  return run
}
