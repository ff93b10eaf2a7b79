/** Exit codes of the process. They are a contract with CI jobs: only ever added to. */
export const exitCodes = {
  ok: 0,
  /** A file, the store or a bug; nothing is half done. */
  failed: 1,
  /** Unknown option, unreadable or malformed input. */
  usage: 2,
  /** Finished, but some requests failed. */
  incomplete: 3,
  /** GitLab rejected the token or its rights. */
  denied: 4,
  /** Before anything was written: too few seats with `--on-shortage fail`, a safety cap, or cancelled. */
  refused: 5,
  /** GitLab is unreachable, too busy or failing; changes stay pending. */
  unreachable: 6,
  /** A dry run with `--exit-code` found a difference, and no failed request. */
  different: 7,
  interrupted: 130,
} as const

export type ExitName = keyof typeof exitCodes

export class UserError extends Error {
  override readonly name = 'UserError'
  readonly exit: ExitName
  readonly hint: string

  /** The sentence has a full stop. The hint is the next step. The cause is for `--debug`. */
  constructor(exit: ExitName, sentence: string, hint: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.exit = exit
    this.hint = hint
  }
}

/** No purchase is active. `--format rake` has its own text for this. */
export class NoPurchaseError extends UserError {}

/** After a signal the interruption counts, not the error that the signal caused. */
export function explainAbort(error: unknown, { aborted }: AbortSignal, interruption: UserError): unknown {
  return aborted && !(error instanceof UserError) ? interruption : error
}

export function createInterruption(): UserError {
  return new UserError(
    'interrupted',
    'Interrupted: nothing was written.',
    'Run the same command again to continue.',
  )
}
