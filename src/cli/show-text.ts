import { stripVTControlCharacters } from 'node:util'
import type { UserError } from '../errors.ts'
import type { App } from './app.ts'
import { isPagerWanted } from './terminal/find-pager.ts'

/** On a terminal of known size. A report that was interrupted is printed without a pager, which would wait for a key. */
export function canPage({ pager, session: { env, signal }, terminal: { stdout } }: App): boolean {
  const { columns, rows } = stdout.stream
  return pager && stdout.isTty && Boolean(columns && rows) && !signal.aborted && isPagerWanted(env)
}

/**
 * Prints a text on stdout. If it is longer than the terminal, it goes through the pager.
 *
 * @throws the interruption if a signal ends the pager
 */
export async function showText(app: App, text: string, interruption: UserError): Promise<void> {
  const { env } = app.session
  const { showInPager } = await import('./terminal/pager.ts')
  const isPaged = canPage(app) && !fitsTerminal(text, app)
  const end = isPaged ? await showInPager(text, env) : 'missing'
  if (end === 'interrupted') throw interruption
  if (end === 'missing') await app.stdout.write(text)
  await app.stdout.end()
}

/** With room for the prompt of the shell. */
function fitsTerminal(text: string, { terminal: { stdout } }: App): boolean {
  const { columns = 0, rows = 0 } = stdout.stream
  const lines = text.split('\n').slice(0, -1)
  if (lines.length >= rows) return false
  const heights = lines.map((line) => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)))
  return heights.reduce((sum, height) => sum + height, 0) < rows
}
