import { UserError } from '../errors.ts'

/** GitLab refused the token or its rights. */
export class DeniedError extends UserError {}

/** GitLab could not be reached, or asked to slow down for too long; nothing was carried out behind it. */
export class UnreachableError extends UserError {}

/** A mutation whose answer never came: it may or may not have been carried out, and only GitLab's state can tell. */
export class UnansweredError extends UserError {
  /** What came in place of an answer: goes on after "GitLab at host". */
  readonly what: string

  constructor(what: string, ...told: ConstructorParameters<typeof UserError>) {
    super(...told)
    this.what = what
  }
}
