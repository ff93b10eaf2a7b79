import { resolve } from 'node:path'
import { quoteForShell } from '../domain/quote-for-shell.ts'
import type { TokenOptions } from '../input/token/find-token.ts'

interface PageStart extends Pick<TokenOptions, 'tokenFile' | 'tokenCommand'> {
  storePath: string
  port: number | null
  isReadOnly: boolean
  opensBrowser: boolean
}

/** Starts the same page again, from any folder. A read-only page needs no token. */
export function writePageCommand(start: PageStart): string {
  const { storePath, port, isReadOnly, opensBrowser, tokenFile, tokenCommand } = start
  return [
    `duo-seats page --store ${quoteForShell(resolve(storePath))}`,
    port ? `--port ${port}` : [],
    opensBrowser ? [] : '--no-open',
    isReadOnly ? '--read-only' : [],
    isReadOnly || tokenFile === undefined ? [] : `--token-file ${quoteForShell(resolveFile(tokenFile))}`,
    isReadOnly || tokenCommand === undefined ? [] : `--token-command ${quoteForShell(tokenCommand)}`,
  ]
    .flat()
    .join(' ')
}

/** `-` is standard input. */
function resolveFile(path: string): string {
  return path === '-' ? path : resolve(path)
}
