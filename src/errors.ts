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

export function createInterruption(): UserError {
  return new UserError(
    'interrupted',
    'Interrupted: nothing was written.',
    'Run the same command again to continue.',
  )
}

/** A server cannot listen on a host and port. */
export function createListenError(error: Error & { code?: string }, host: string, port: number): UserError {
  if (error.code === 'EADDRINUSE')
    return new UserError(
      'failed',
      `Port ${port} is in use.`,
      'Choose another with --port; --port 0 takes a free one.',
      error,
    )
  if (error.code === 'EACCES')
    return new UserError(
      'failed',
      `Port ${port} is reserved: permission denied.`,
      'Choose one from 1024 on with --port.',
      error,
    )
  return new UserError(
    'failed',
    `The host ${host} cannot be used: ${error.message}.`,
    'Pass an address of this machine with --host, or leave it out.',
    error,
  )
}
