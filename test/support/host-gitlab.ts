import { onTestFinished } from 'vitest'
import { parseFaults } from '../../src/played-gitlab/faults.ts'
import { newestVersion, parseVersion } from '../../src/played-gitlab/gitlab-version.ts'
import { startServer } from '../../src/played-gitlab/start-server.ts'
import { openStore } from '../../src/store/open-store.ts'

/** The options of `serve` that tests need. */
export interface HostOptions {
  /** A release such as `17.3`; without it the newest one is played. */
  version?: string
  hidesEmails?: boolean
  latencyMs?: number
  /** As `--fail` takes them. */
  faults?: string
  seed?: number
}

/** Every hosted GitLab accepts this one. */
export const hostedToken = 'glpat-of-the-hosted-gitlab'

/**
 * Plays a GitLab from a store, as `serve` does, but in this process: starting it takes milliseconds. Ends with the test.
 *
 * @param path a store that holds a snapshot
 */
export async function hostGitLab(path: string, options: HostOptions = {}): Promise<{ url: string }> {
  const { version = newestVersion.join('.'), hidesEmails = false } = options
  const { latencyMs = 0, faults = '', seed = null } = options
  const store = await openStore(path, { create: false })
  const { offering, group } = requireValue(store.subscriptions.find(), `a snapshot in ${path}`)
  const server = await startServer(store, {
    role: { offering, group, version: requireValue(parseVersion(version), 'a version'), hidesEmails },
    host: '127.0.0.1',
    port: 0,
    token: hostedToken,
    latencyMs,
    faults: faults === '' ? [] : requireValue(parseFaults(faults), 'faults'),
    seed,
    readClock: () => new Date().toISOString(),
    onRequest: () => {},
    onFailure: (error) => process.stderr.write(`The hosted GitLab failed: ${error}\n`),
  })
  onTestFinished(async () => {
    await server.stop()
    store.close()
  })
  return { url: server.url }
}

function requireValue<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`The hosted GitLab needs ${what}.`)
  return value
}
