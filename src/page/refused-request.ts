import { type ExitName, UserError } from '../errors.ts'
import { explainFailure } from '../report/explain-failure.ts'
import { formatErrorJson } from '../report/formats/write-json.ts'
import { answerJson, type PageAnswer } from './page-answer.ts'

interface RefusalFacts {
  code: string
  message: string
  hint: string
}

/** Answered by an HTTP status of its own. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest'
  readonly status: number
  readonly facts: RefusalFacts
  readonly headers: Record<string, string>

  constructor(status: number, facts: RefusalFacts, headers: Record<string, string> = {}) {
    super(facts.message)
    this.status = status
    this.facts = facts
    this.headers = headers
  }
}

const statuses: Record<ExitName, number> = {
  ok: 500,
  failed: 500,
  usage: 400,
  incomplete: 500,
  denied: 502,
  refused: 409,
  unreachable: 502,
  different: 500,
  interrupted: 503,
}

/** The error document, whatever was thrown. */
export function answerFailure(error: unknown): PageAnswer {
  if (error instanceof RefusedRequest)
    return answerJson(formatErrorJson(error.facts), error.status, error.headers)
  const { exit, message, hint } = explainFailure(error)
  return answerJson(formatErrorJson({ code: exit, message, hint }), statuses[exit])
}

/** A sentence and a hint of the command line, with another status. */
export function refuseWith(status: number, { exit, message, hint }: UserError): RefusedRequest {
  return new RefusedRequest(status, { code: exit, message, hint })
}

export function createUsageError(message: string): UserError {
  return new UserError('usage', message, 'Reload the page: it may be older than its server.')
}
