import type { AddOn } from '../domain/add-on.ts'
import { createRedactor, type Redact } from '../domain/redact-token.ts'
import { UserError } from '../errors.ts'
import type { CallerRole } from '../played-gitlab/caller.ts'
import type { Fault } from '../played-gitlab/faults.ts'
import type { GitLabVersion } from '../played-gitlab/gitlab-version.ts'
import type { ServedRequest } from '../played-gitlab/start-server.ts'
import { escapeControls } from '../report/escape-controls.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'
import type { App } from './app.ts'
import { printIntroduction } from './serve-introduction.ts'
import { waitForAbort } from './terminal/wait-for-abort.ts'

interface ServeOptions {
  sample?: AddOn
  port: number
  host: string
  tokenFile?: string
  latency: number
  gitlabVersion: GitLabVersion
  fail: Fault[]
  seed?: number
  hideEmails?: boolean
  as?: CallerRole
}

export async function serveStore(app: App, options: ServeOptions): Promise<undefined> {
  const { sample } = options
  if (sample !== undefined && app.terminal.namedStore !== null) throw createTwoStoresError()
  const token = await chooseToken(app, options)
  const serveFrom = (store: Store) => serve(app, store, token, options)
  if (sample === undefined) return app.useStore({ create: false }, serveFrom)
  const { useSampleStore } = await import('./sample-store.ts')
  await useSampleStore(app, sample, serveFrom)
}

async function serve(app: App, store: Store, token: string, options: ServeOptions): Promise<undefined> {
  const { startServer } = await import('../played-gitlab/start-server.ts')
  const subscription = requireSubscription(store)
  requireUnlinked(store)
  const redact = createLogRedactor(token)
  const server = await startServer(store, {
    role: {
      ...subscription,
      version: options.gitlabVersion,
      caller: options.as,
      hidesEmails: options.hideEmails ?? false,
    },
    host: options.host,
    port: options.port,
    token,
    latencyMs: options.latency,
    faults: options.fail,
    seed: options.seed ?? null,
    readClock: app.session.readClock,
    onRequest: (request) => app.terminal.note(redact(describeRequest(request))),
    onFailure: (error) => app.terminal.error(redact(`A request failed: ${describeError(error)}`), null),
  })
  try {
    await printIntroduction(app, store, { ...options, url: server.url, token })
    await waitForAbort(app.session.signal)
  } finally {
    await server.stop()
  }
}

function createTwoStoresError(): UserError {
  return new UserError(
    'usage',
    'The made-up company has a store of its own, which ends with the command.',
    'Leave out --store, or leave out --sample to serve the store.',
  )
}

async function chooseToken(app: App, { tokenFile }: ServeOptions): Promise<string> {
  if (tokenFile === undefined) {
    const { randomBytes } = await import('node:crypto')
    return `glpat-${randomBytes(15).toString('base64url')}`
  }
  const { readTokenFile } = await import('../input/token/read-token-file.ts')
  const { session, terminal } = app
  const env = { CI: session.env.CI }
  const { signal, readTypedToken } = session
  return readTokenFile({ file: tokenFile, env, signal, warn: terminal.warn, readTypedToken })
}

/** A linked store holds only facts that its own GitLab has confirmed. */
function requireUnlinked(store: Store): void {
  if (!store.links.isLinked()) return
  throw new UserError(
    'usage',
    'The store is linked to a GitLab. Played changes would look like changes that it has confirmed.',
    'Serve a copy: "duo-seats sync --to copy.json", then "duo-seats sync --from copy.json --store copy.db".',
  )
}

/** For texts that a client sends: they may contain its token, which GitLab also takes as a parameter. */
function createLogRedactor(token: string): Redact {
  const redact = createRedactor(token)
  const parameter = /((?:private|access|job)_token(?:=|%3d))[^&;\s]*/gi
  return (text) => redact(text).replaceAll(parameter, '$1[token]')
}

function describeRequest({ method, path, operationName, status, durationMs }: ServedRequest): string {
  return escapeControls(`${method} ${operationName ?? path} ${status} ${Math.round(durationMs)} ms`)
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
