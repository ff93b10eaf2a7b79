import type { RunReport } from '../domain/run.ts'
import type { UserError } from '../errors.ts'
import type { App } from './app.ts'

export function makeInterruptible(app: App, report: RunReport, interruption: UserError): RunReport {
  return {
    ...report,
    readResults: () => app.readUntilAborted(report.readResults(), interruption),
    readRejects: () => app.readUntilAborted(report.readRejects(), interruption),
  }
}
