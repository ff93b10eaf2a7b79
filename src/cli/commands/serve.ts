import { type Command, InvalidArgumentError, Option } from 'commander'
import { type AddOn, addOnNames } from '../../domain/add-on.ts'
import { createRedactor, type Redact } from '../../domain/redact-token.ts'
import { UserError } from '../../errors.ts'
import { type CallerRole, callerRoles } from '../../played-gitlab/caller.ts'
import { type Fault, parseFaults } from '../../played-gitlab/faults.ts'
import { type GitLabVersion, newestVersion, parseVersion } from '../../played-gitlab/gitlab-version.ts'
import type { ServedRequest } from '../../played-gitlab/start-server.ts'
import { escapeControls } from '../../report/escape-controls.ts'
import { requireSubscription } from '../../seats/require-subscription.ts'
import type { Store } from '../../store/store.ts'
import type { App, Perform } from '../app.ts'
import { fileOption } from '../options/basic-options.ts'
import { parseWait } from '../options/gitlab-options.ts'
import { parsePort } from '../options/parse-port.ts'
import { parseWholeNumber } from '../options/parse-whole-number.ts'
import { printIntroduction } from '../serve-introduction.ts'
import { waitForAbort } from '../terminal/wait-for-abort.ts'

const examples = `
Examples:
  duo-seats serve --sample
  duo-seats serve --store played.db
  duo-seats serve --latency 200ms --gitlab-version 17.3
  duo-seats serve --fail 429:0.1,drop:0.02 --seed 1
  duo-seats serve --as user

--sample plays a made-up company of 60 people, and needs no file. Without it,
changes go to the store at once. No GitLab is contacted. Faults of --fail: 429,
502, 503, 504, internal-error, drop, drop-after, late, each with a probability
from 0 to 1.

More: duo-seats help serve`

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

export function addServeCommand(program: Command, perform: Perform): void {
  program
    .command('serve')
    .description("Play a GitLab: serve GitLab's seat API from the store, for practice and tests.")
    .addOption(
      new Option('--sample [add-on]', 'play a made-up company of 60 people, without any file')
        .choices(addOnNames)
        .preset('duo-enterprise'),
    )
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 picks a free one')
        .argParser(parsePort)
        .default(8090),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in, unencrypted')
        .argParser(parseHost)
        .default('127.0.0.1'),
    )
    .addOption(
      fileOption(
        '--token-file <file>',
        'file with the token to require, or - for standard input (default: a new one is printed)',
      ),
    )
    .addOption(
      new Option('--latency <time>', 'delay each answer, such as 200ms or 1s')
        .argParser(parseWait)
        .default(0, 'none'),
    )
    .addOption(
      new Option('--gitlab-version <version>', 'version of the played GitLab, such as 17.3')
        .argParser(parseRelease)
        .default(newestVersion, newestVersion.join('.')),
    )
    .addOption(
      new Option('--as <role>', 'owner of the token (default: administrator or, of a group, owner)').choices(
        callerRoles,
      ),
    )
    .option('--hide-emails', 'hide private email addresses, as from a token without the right to see them')
    .addOption(
      new Option(
        '--fail <faults>',
        'fail on purpose: faults with their probability, such as 429:0.1,drop:0.02',
      )
        .argParser(parseFaultList)
        .default([], 'none'),
    )
    .addOption(
      new Option('--seed <number>', 'number that makes the faults repeatable').argParser((text) =>
        parseWholeNumber(text, 4_294_967_295),
      ),
    )
    .addHelpText('after', examples)
    .action(perform(serveStore))
}

function parseHost(text: string): string {
  if (!/^[\w.:-]+$/.test(text)) throw new InvalidArgumentError('It takes an address, such as 0.0.0.0.')
  return text
}

function parseRelease(text: string): GitLabVersion {
  const version = parseVersion(text)
  if (version === null) throw new InvalidArgumentError('It takes a version of GitLab, such as 17.3.')
  return version
}

function parseFaultList(text: string): Fault[] {
  const faults = parseFaults(text)
  if (faults === null)
    throw new InvalidArgumentError(
      'It takes faults with probabilities of 1 or less in total, such as 429:0.1,drop:0.02.',
    )
  return faults
}

async function serveStore(app: App, options: ServeOptions): Promise<undefined> {
  const { sample } = options
  if (sample !== undefined && app.terminal.namedStore !== null) throw createTwoStoresError()
  const token = await chooseToken(app, options)
  const serveFrom = (store: Store) => serve(app, store, token, options)
  if (sample === undefined) return app.useStore({ create: false }, serveFrom)
  const { useSampleStore } = await import('../sample-store.ts')
  await useSampleStore(app, sample, serveFrom)
}

async function serve(app: App, store: Store, token: string, options: ServeOptions): Promise<undefined> {
  const { startServer } = await import('../../played-gitlab/start-server.ts')
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

/** The typed one, or a new one. */
async function chooseToken(app: App, { tokenFile }: ServeOptions): Promise<string> {
  if (tokenFile === undefined) {
    const { randomBytes } = await import('node:crypto')
    return `glpat-${randomBytes(15).toString('base64url')}`
  }
  const { readTokenFile } = await import('../../input/token/read-token-file.ts')
  const { session, terminal } = app
  session.noteTyping(tokenFile, 'the token')
  const env = { CI: session.env.CI }
  return readTokenFile({ file: tokenFile, env, signal: session.signal, warn: terminal.warn })
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
