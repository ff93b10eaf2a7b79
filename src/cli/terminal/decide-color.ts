export interface TerminalEnvironment {
  FORCE_COLOR?: string | undefined
  NO_COLOR?: string | undefined
  TERM?: string | undefined
  CI?: string | undefined
}

interface ColorFacts {
  env: TerminalEnvironment
  color: boolean
  isTty: boolean
}

/** `FORCE_COLOR` wins; `--no-color`, `NO_COLOR` (no-color.org: set and not empty) and `TERM=dumb` switch colour off. */
export function decideColor({ env, color, isTty }: ColorFacts): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  if (!color || env.NO_COLOR || env.TERM === 'dumb') return false
  return isTty
}
