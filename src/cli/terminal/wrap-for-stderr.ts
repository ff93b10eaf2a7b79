import { wrapProse } from '../../report/wrap-prose.ts'

/** For messages of commander, which come before the terminal is opened. */
export function wrapForStderr(text: string): string {
  const { isTTY, columns } = process.stderr
  return wrapProse(text, isTTY && columns ? columns : null)
}
