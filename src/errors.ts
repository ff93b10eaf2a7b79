/** Exit codes of the process. They are a contract with CI jobs: add, never change. */
export const exitCodes = {
  /** Every request is in the state that was asked for. */
  ok: 0,
  /** A file, the store or a bug; nothing is half done. */
  failed: 1,
  /** Unknown option, unreadable or malformed input. */
  usage: 2,
  /** Finished, and some users did not get what was asked for. */
  incomplete: 3,
  /** GitLab refused the token or its rights. */
  denied: 4,
  /** Refused before anything was written: too few seats with `--on-shortage fail`, a safety cap, or the answer no. */
  refused: 5,
  /** GitLab could not be reached, or asked to slow down for too long: changes are kept as pending. */
  unreachable: 6,
  /** Ctrl-C or a termination signal. */
  interrupted: 130,
} as const

export type ExitName = keyof typeof exitCodes

/** A failure that a user can cause or mend: one sentence, then a hint that says what to type next. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly exit: ExitName
  readonly hint: string

  /**
   * @param exit what the process answers, a name of {@link exitCodes}
   * @param sentence what went wrong, in the user's words, with a full stop
   * @param hint what to do next
   * @param cause the error of the operating system or of a library behind it, for `--debug`
   */
  constructor(exit: ExitName, sentence: string, hint: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.exit = exit
    this.hint = hint
  }
}

/** No purchase is there whose seats can be given today: a failure that GitLab's Rake task has words of its own for. */
export class NoPurchaseError extends UserError {}
