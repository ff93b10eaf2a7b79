import type { ErrorDocument } from './documents.ts'

/** The server refused a request, or did not answer. */
export class RequestFailure extends Error {
  /** HTTP status; 0 without an answer. */
  readonly status: number
  readonly hint: string | null

  constructor(status: number, message: string, hint: string | null) {
    super(message)
    this.status = status
    this.hint = hint
  }
}

export function noAnswer(): RequestFailure {
  return new RequestFailure(
    0,
    'The server of this page does not answer.',
    'Start it again, with the command that started it.',
  )
}

export async function readFailure(response: Response): Promise<RequestFailure> {
  const document: ErrorDocument | null = await response.json().catch(() => null)
  const { message, hint } = document?.error ?? {
    message: `The server answered with status ${response.status}.`,
    hint: null,
  }
  return new RequestFailure(response.status, message, hint)
}

/** @throws any other value */
export function requireFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error
  throw error
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
