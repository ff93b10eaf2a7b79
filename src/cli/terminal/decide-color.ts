/** The environment variables that decide how the terminal is written to. */
export interface TerminalEnvironment {
  FORCE_COLOR?: string | undefined
  NO_COLOR?: string | undefined
  TERM?: string | undefined
  CI?: string | undefined
}

export interface ColorFacts {
  env: TerminalEnvironment
  /** False with `--no-color`. */
  color: boolean
  /** Whether the stream is a terminal. */
  isTty: boolean
}

/**
 * Whether a stream is written to in colour. `FORCE_COLOR` wins over everything; then `--no-color`, `NO_COLOR`
 * (no-color.org: set and not empty) and `TERM=dumb` switch it off; else it is on for terminals.
 */
export function decideColor({ env, color, isTty }: ColorFacts): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  if (!color || env.NO_COLOR || env.TERM === 'dumb') return false
  return isTty
}
