import { existsSync } from 'node:fs'
import type { App } from './app.ts'

/** After a run with failed names: one of them may be the path of a list. */
export function noteFiles({ terminal }: App, names: readonly string[], bulkCommand: string): void {
  for (const name of names)
    if (name !== '' && existsSync(name))
      terminal.note(`${name} is a file. To read a list: duo-seats ${bulkCommand} ${name}`)
}
