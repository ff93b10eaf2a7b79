import type { RunAgreement, RunDocument } from './documents.ts'

/** A run that is planned before it is carried out. */
export interface PlanOrder {
  title: string
  run(request: RunAgreement): Promise<RunDocument>
  onDone?(run: RunDocument): void
}
