import { stripVTControlCharacters } from 'node:util'
import type { UserError } from '../errors.ts'
import type { App } from './app.ts'

/** A report that was interrupted before is printed without a pager, which would wait for a key. */
export function canPage({ pager, session: { signal }, terminal }: App): boolean {
  return pager && terminal.stdout.isTty && !signal.aborted
}

/**
 * Prints a text on stdout. If it is longer than the terminal, it goes through the pager.
 *
 * @throws the interruption if a signal ends the pager
 */
export async function showText(app: App, text: string, interruption: UserError): Promise<void> {
  const { env } = app.session
  const { isPagerWanted, showInPager } = await import('./terminal/pager.ts')
  const isPaged = canPage(app) && isPagerWanted(env) && !fitsTerminal(text, app)
  const end = isPaged ? await showInPager(text, env) : 'missing'
  if (end === 'interrupted') throw interruption
  if (end === 'missing') await app.stdout.write(text)
  await app.stdout.end()
}

/** With room for the prompt of the shell. */
function fitsTerminal(text: string, { terminal: { stdout } }: App): boolean {
  const { columns, rows } = stdout.stream
  if (!columns || !rows) return false
  const lines = text.split('\n').slice(0, -1)
  if (lines.length >= rows) return false
  const heights = lines.map((line) => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)))
  return heights.reduce((sum, height) => sum + height, 0) < rows
}
