import type { PurchaseInUse } from '../domain/add-on.ts'
import type { Request, RequestBatch, RequestSource } from '../domain/request.ts'
import type { RunCommand, RunSummary } from '../domain/run.ts'
import type { RunOptions } from '../runs/run-context.ts'
import type { Store } from '../store/store.ts'
import { agreeOnRun } from './agree-on-run.ts'
import type { App } from './app.ts'
import { carryOutRun } from './carry-out-run.ts'
import type { SeatRunOptions } from './options/seat-run-options.ts'
import { printRun } from './print-run.ts'
import {
  commitSideFiles,
  discardSideFiles,
  openResultsFile,
  type SideFile,
  writeSideFiles,
} from './side-file.ts'

/** What is asked for, once the store is open. */
export type Compose = (store: Store, purchase: PurchaseInUse) => AsyncIterable<RequestBatch>

export interface SeatRun extends Pick<RunOptions, 'agreedRemovals' | 'needsKnownUsers'> {
  command: RunCommand
  /** Whom somebody named. */
  source: RequestSource
  /** Whom the store names, where nobody named anybody. */
  readNamed?: (store: Store) => AsyncIterable<Request[]>
  compose: Compose
  /** Whether somebody must agree to what the run would change; undefined: never. */
  mustConfirm?: (summary: RunSummary) => boolean
  /** Whether a run without a failure ends as one that has some. */
  isIncomplete?: (summary: RunSummary) => boolean
  /** What else decided, for the audit trail. */
  noted?: RunOptions['noted']
  options: SeatRunOptions
  sideFiles: readonly SideFile[]
}

/** Runs the requests and reports them, `--results` included. */
export async function runWithResultsFile(app: App, run: Omit<SeatRun, 'sideFiles'>): Promise<RunSummary> {
  const { results } = run.options
  const sideFiles = results === undefined ? [] : [await openResultsFile(app, results)]
  try {
    return await runAndReport(app, { ...run, sideFiles })
  } finally {
    await discardSideFiles(sideFiles)
  }
}

/** Runs the requests and reports them: files first, since they must be whole even when nobody reads stdout to its end. */
export async function runAndReport(app: App, run: SeatRun): Promise<RunSummary> {
  if (run.options.dryRun) return rehearseAndReport(app, run)
  const agreed = await agreeOnRun(app, run)
  const { summary } = await carryOutRun(app, agreed, async (report, group) => {
    await writeSideFiles(run.sideFiles, report, group)
    await commitSideFiles(run.sideFiles, report)
    await printRun(app, run, report, group, app.stdout)
  })
  return summary
}

/** What a dry run prints is kept until the store is free again: somebody may page through it for an hour. */
async function rehearseAndReport(app: App, run: SeatRun): Promise<RunSummary> {
  const { createSpool } = await import('../report/spool.ts')
  const spool = await createSpool()
  try {
    const report = await carryOutRun(app, run, async (report, group) => {
      await writeSideFiles(run.sideFiles, report, group)
      await printRun(app, run, report, group, spool.output)
    })
    await commitSideFiles(run.sideFiles, report)
    await spool.pipeTo(app.stdout)
    await app.stdout.end()
    return report.summary
  } finally {
    await spool.close()
  }
}
