import { UserError } from '../../errors.ts'

/** Hints name it: the scope of a token. */
export const neededScope = 'the scope api (read_api is enough for sync)'

export class DeniedError extends UserError {
  constructor(sentence: string, hint: string, cause?: unknown) {
    super('denied', sentence, hint, cause)
  }
}

/** GitLab does not know the token, or it does not fit: another one may. */
export class RefusedTokenError extends DeniedError {}

/** GitLab did not answer in time, and did not carry out the request. */
export class UnreachableError extends UserError {
  constructor(sentence: string, hint: string, cause?: unknown) {
    super('unreachable', sentence, hint, cause)
  }
}

/** On this machine, where an address may also begin with `http://`. */
export class NoTlsError extends UnreachableError {}

/** A mutation without an answer: only GitLab's state shows whether it was carried out. */
export class UnansweredError extends UserError {
  /** Continues the sentence "GitLab at HOST", as in `did not answer`. */
  readonly what: string
  /** GitLab has answered, so it does not work on the request any more. */
  readonly isOver: boolean

  constructor(what: string, isOver: boolean, sentence: string, hint: string, cause?: unknown) {
    super('unreachable', sentence, hint, cause)
    this.what = what
    this.isOver = isOver
  }
}
