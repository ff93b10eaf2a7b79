import { resolve } from 'node:path'
import { quoteForShell } from '../domain/quote-for-shell.ts'
import type { TokenOptions } from '../input/token/find-token.ts'
import { formatDuration, longTimeoutMs } from './options/gitlab-options.ts'

interface PageStart extends Pick<TokenOptions, 'tokenFile' | 'tokenCommand'> {
  storePath: string
  port: number | null
  isReadOnly: boolean
  opensBrowser: boolean
  timeoutMs: number
}

/** Starts the same page again, from any folder. A read-only page asks no GitLab. */
export function writePageCommand(start: PageStart): string {
  const { storePath, port, isReadOnly, opensBrowser, tokenFile, tokenCommand, timeoutMs } = start
  return [
    `duo-seats page --store ${quoteForShell(resolve(storePath))}`,
    port ? `--port ${port}` : [],
    opensBrowser ? [] : '--no-open',
    isReadOnly ? '--read-only' : [],
    isReadOnly || tokenFile === undefined ? [] : `--token-file ${quoteForShell(resolveFile(tokenFile))}`,
    isReadOnly || tokenCommand === undefined ? [] : `--token-command ${quoteForShell(tokenCommand)}`,
    isReadOnly || timeoutMs === longTimeoutMs ? [] : `--timeout ${formatDuration(timeoutMs)}`,
  ]
    .flat()
    .join(' ')
}

/** `-` is standard input. */
function resolveFile(path: string): string {
  return path === '-' ? path : resolve(path)
}
