import { onTestFinished } from 'vitest'
import type { CallerRole } from '../../src/played-gitlab/caller.ts'
import { parseFaults } from '../../src/played-gitlab/faults.ts'
import { newestVersion, parseVersion } from '../../src/played-gitlab/gitlab-version.ts'
import { startServer } from '../../src/played-gitlab/start-server.ts'
import { openStore } from '../../src/store/open-store.ts'
import { askGitLab, type GitLabAddress, type GraphqlAnswer, postToGitLab } from './gitlab-address.ts'

/** The options of `serve` that tests need. */
export interface HostOptions {
  /** A release such as `17.3`; without it the newest one is played. */
  version?: string
  hidesEmails?: boolean
  /** Default: one with the right to change seats. */
  caller?: CallerRole
  latencyMs?: number
  /** As `--fail` takes them. */
  faults?: string
  seed?: number
}

/** Every hosted GitLab accepts this one. */
export const hostedToken = 'glpat-of-the-hosted-gitlab'

/** A GitLab that this process plays. */
export class HostedGitLab implements GitLabAddress {
  readonly url: string
  readonly token = hostedToken
  readonly stop: () => Promise<void>

  constructor(url: string, stop: () => Promise<void>) {
    this.url = url
    this.stop = stop
  }

  post(body: unknown): Promise<Response> {
    return postToGitLab(this, body)
  }

  /** Sends a query with a valid token. */
  ask(query: string, variables: object = {}): Promise<GraphqlAnswer> {
    return askGitLab(this, query, variables)
  }
}

/** As {@link playGitLab}, until the test ends. */
export async function hostGitLab(path: string, options: HostOptions = {}): Promise<HostedGitLab> {
  const gitlab = await playGitLab(path, options)
  onTestFinished(() => gitlab.stop())
  return gitlab
}

/**
 * Plays a GitLab from a store, as `serve` does, but in this process: starting it takes milliseconds.
 *
 * @param path a store that holds a snapshot
 */
export async function playGitLab(path: string, options: HostOptions = {}): Promise<HostedGitLab> {
  const { version = newestVersion.join('.'), hidesEmails = false, caller } = options
  const { latencyMs = 0, faults = '', seed = null } = options
  const store = await openStore(path, { create: false })
  const { offering, group } = requireValue(store.subscriptions.find(), `a snapshot in ${path}`)
  const server = await startServer(store, {
    role: { offering, group, version: requireValue(parseVersion(version), 'a version'), hidesEmails, caller },
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
  return new HostedGitLab(server.url, async () => {
    await server.stop()
    store.close()
  })
}

function requireValue<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`The hosted GitLab needs ${what}.`)
  return value
}
