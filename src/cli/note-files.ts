import { existsSync } from 'node:fs'
import { quoteForShell } from '../domain/quote-for-shell.ts'
import { UserError } from '../errors.ts'
import type { App } from './app.ts'

/** @throws UserError for the sign of standard input: a list has its own command */
export function refuseDash(names: readonly string[], command: string): void {
  if (!names.includes('-')) return
  throw new UserError(
    'usage',
    `"-" is not a username: ${command} does not read standard input.`,
    `To read a list from standard input: duo-seats bulk-${command} -`,
  )
}

/** After a run with failed names: one of them may be the path of a list. */
export function noteFiles({ terminal }: App, names: readonly string[], bulkCommand: string): void {
  for (const name of names)
    if (name !== '' && existsSync(name))
      terminal.note(`${name} is a file. To read a list: duo-seats ${bulkCommand} ${quoteForShell(name)}`)
}
