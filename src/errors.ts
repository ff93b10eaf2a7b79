/** Exit codes of the process. They are a contract with CI jobs: only ever added to. */
export const exitCodes = {
  /** Every request has the state that was asked for. */
  ok: 0,
  /** A file, the store or a bug; nothing is half done. */
  failed: 1,
  /** Unknown option, unreadable or malformed input. */
  usage: 2,
  /** Finished, but some requests failed. */
  incomplete: 3,
  /** GitLab refused the token or its rights. */
  denied: 4,
  /** Refused before anything was written: too few seats with `--on-shortage fail`, a safety cap, or cancelled. */
  refused: 5,
  /** A failure on GitLab's side: unreachable, too busy, failing; changes stay pending. */
  unreachable: 6,
  /** Ctrl-C or a termination signal. */
  interrupted: 130,
} as const

export type ExitName = keyof typeof exitCodes

/** A failure that a user can cause or correct: a sentence, and a hint with the next step. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly exit: ExitName
  readonly hint: string

  /**
   * @param exit the name of the exit code
   * @param sentence the fact and its cause, with a full stop
   * @param hint the next step
   * @param cause the error of the operating system or of a library, for `--debug`
   */
  constructor(exit: ExitName, sentence: string, hint: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.exit = exit
    this.hint = hint
  }
}

/** No purchase is active. `--format rake` has its own text for this. */
export class NoPurchaseError extends UserError {}

/** The default after a signal. */
export function createInterruption(): UserError {
  return new UserError(
    'interrupted',
    'Interrupted: nothing was written.',
    'Run the same command again to continue.',
  )
}
