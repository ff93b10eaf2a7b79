import { type Command, InvalidArgumentError, Option } from 'commander'
import { describeScope } from '../../domain/snapshot.ts'
import { UserError } from '../../errors.ts'
import { type Fault, parseFaults } from '../../played-gitlab/faults.ts'
import {
  formatVersion,
  type GitLabVersion,
  newestVersion,
  parseVersion,
} from '../../played-gitlab/gitlab-version.ts'
import type { ServedRequest } from '../../played-gitlab/start-server.ts'
import { harmless } from '../../report/harmless.ts'
import type { Store } from '../../store/store.ts'
import type { RecordedSubscription } from '../../store/subscriptions.ts'
import type { App, OpenApp } from '../app.ts'
import { fileOption } from '../options/basic-options.ts'
import { parseDuration } from '../options/gitlab-options.ts'

const examples = `
Examples:
  duo-seats serve
  duo-seats serve --latency 200ms --gitlab-version 17.3
  duo-seats serve --fail 429:0.1,502:0.05,drop:0.02,drop-after:0.02 --seed 1

What --fail can do to a request, with its probability from 0 to 1:
  429            too many requests; in half of the cases it says when to come back
  502, 503, 504  the web page of a proxy, and no work done
  drop           the connection is closed before the work
  drop-after     the work is done, and the connection closed without an answer

With the same --seed the same requests in a row fail, in the order in which they come in.
Changes go to the store at once. No GitLab is asked.`

interface ServeOptions {
  port: number
  host: string
  tokenFile?: string
  latency: number
  gitlabVersion: GitLabVersion
  fail: Fault[]
  seed?: number
}

export function addServeCommand(program: Command, openApp: OpenApp): void {
  program
    .command('serve')
    .description("Serve GitLab's seat API from the store, to rehearse scripts without touching production.")
    .addOption(
      new Option('--port <number>', 'where to listen; 0 takes a free port')
        .argParser((text) => parseNumber(text, 65_535))
        .default(8090),
    )
    .addOption(
      new Option('--host <address>', 'let others than this machine in, at this address')
        .argParser(parseHost)
        .default('127.0.0.1'),
    )
    .addOption(
      fileOption(
        '--token-file <file>',
        'the file that holds the token to ask for, or - for standard input (default: one is made)',
      ),
    )
    .addOption(
      new Option('--latency <time>', 'take so long for each answer, such as 200ms or 1s')
        .argParser(parseDuration)
        .default(0, 'none'),
    )
    .addOption(
      new Option('--gitlab-version <version>', 'play an older GitLab, such as 17.3')
        .argParser(parseRelease)
        .default(newestVersion, newestVersion.join('.')),
    )
    .addOption(
      new Option('--fail <faults>', 'be unreliable on purpose, such as 429:0.1,drop-after:0.02')
        .argParser(parseFaultList)
        .default([], 'none'),
    )
    .addOption(
      new Option('--seed <number>', 'make the faults of --fail repeatable').argParser((text) =>
        parseNumber(text, 4_294_967_295),
      ),
    )
    .addHelpText('after', examples)
    .action(async (options: ServeOptions) => serveStore(await openApp(), options))
}

function parseNumber(text: string, most: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
  if (number > most) throw new InvalidArgumentError(`It takes a whole number from 0 to ${most}.`)
  return number
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
      'It takes faults with probabilities that are 1 or less together, such as 429:0.1,drop:0.02.',
    )
  return faults
}

async function serveStore(app: App, options: ServeOptions): Promise<void> {
  const { startServer } = await import('../../played-gitlab/start-server.ts')
  const { requireSubscription } = await import('../../seats/require-subscription.ts')
  const token = await findToken(app, options)
  await app.useStore({ create: false }, async (store) => {
    const subscription = requireSubscription(store)
    requireUnlinked(store)
    const server = await startServer(store, {
      role: { ...subscription, version: options.gitlabVersion },
      host: options.host,
      port: options.port,
      token,
      latencyMs: options.latency,
      faults: options.fail,
      seed: options.seed ?? null,
      readClock: app.readClock,
      onRequest: (request) => app.terminal.note(describeRequest(request)),
      onFailure: (error) => app.terminal.error(`A request failed: ${describeError(error)}`, null),
    })
    try {
      await sayHowToRehearse(app, server.url, subscription, options, token)
      await waitForAbort(app.signal)
    } finally {
      await server.stop()
    }
  })
}

async function findToken(app: App, { tokenFile }: ServeOptions): Promise<string> {
  if (tokenFile === undefined) {
    const { randomBytes } = await import('node:crypto')
    return `glpat-${randomBytes(15).toString('base64url')}`
  }
  const { readToken } = await import('../../input/files/read-token.ts')
  return readToken(tokenFile, {}, app.signal)
}

/** A linked store claims nothing that its own GitLab has not confirmed. */
function requireUnlinked(store: Store): void {
  if (store.links.find() === null) return
  throw new UserError(
    'usage',
    'The store is linked to a GitLab, and what is rehearsed would pass for what that GitLab knows.',
    'Serve a copy: "duo-seats sync --to copy.json", then "duo-seats sync --from copy.json --store copy.db".',
  )
}

/** Commands to copy; the token is said once, and only where nobody else knows it. */
async function sayHowToRehearse(
  { stdout, terminal }: App,
  url: string,
  subscription: RecordedSubscription,
  { host, tokenFile, gitlabVersion }: ServeOptions,
  token: string,
): Promise<void> {
  const { isLoopback } = await import('../../played-gitlab/gate.ts')
  const lines = [
    `${url} plays ${describeScope(subscription)}, with GitLab ${formatVersion(gitlabVersion)}`,
    '',
    'In the shell that rehearses:',
    '',
    `  export GITLAB_TOKEN=${sayToken(token, tokenFile)}`,
    ...(isLoopback(host)
      ? [
          `  duo-seats --store rehearsal.db link ${url}${subscription.group === null ? '' : ` --group ${subscription.group}`}`,
        ]
      : []),
    '',
    `GraphiQL, to look around: ${url}/-/graphql-explorer`,
    'Ctrl-C ends it.',
  ]
  await stdout.write(lines.map((line) => `${harmless(line)}\n`).join(''))
  await stdout.end()
  if (!isLoopback(host))
    terminal.warn(
      'Other machines reach this server, and what they send and get is not encrypted: "duo-seats link" works from this machine only.',
    )
}

function sayToken(token: string, tokenFile: string | undefined): string {
  if (tokenFile === undefined) return token
  if (tokenFile === '-') return '… # the one from standard input'
  return `"$(cat ${/^[\w./-]+$/.test(tokenFile) ? tokenFile : `'${tokenFile.replaceAll("'", "'\\''")}'`})"`
}

function describeRequest({ method, path, operationName, status, durationMs }: ServedRequest): string {
  return harmless(`${method} ${operationName ?? path} ${status} ${Math.round(durationMs)} ms`)
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
