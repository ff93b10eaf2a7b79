import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Link } from '../../domain/link.ts'
import { describeScope } from '../../domain/snapshot.ts'
import type { SyncReport } from '../../domain/sync-change.ts'
import { UserError } from '../../errors.ts'
import { type Format, formatNames, writeSync } from '../../report/formats/formats.ts'
import { type SyncContext, syncSnapshot } from '../../sync/sync-snapshot.ts'
import type { App, OpenApp } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { formatOption, parsePath } from '../options/basic-options.ts'
import { addGitLabOptions, type GitLabOptions } from '../options/gitlab-options.ts'
import { openReplacement, type Replacement } from '../replacement.ts'
import { type Progress, startProgress, waitingForStore } from '../terminal/progress.ts'
import { createPage } from '../terminal/terminal-page.ts'

const examples = `
Examples:
  duo-seats sync --from snapshot.json
  duo-seats sync --from snapshot.json --store acme.db --format json
  duo-seats sync --from last-week.json --allow-older

In a store that is linked to a GitLab:
  duo-seats sync
  duo-seats sync --to snapshot.json`

interface SyncCommandOptions extends GitLabOptions {
  from?: string
  to?: string
  allowOlder?: boolean
  format: Format
}

export function addSyncCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('sync')
    .description(
      'Bring users, purchases and seats in the store to the state of the linked GitLab, or of a snapshot, and show what changed.',
    )
    .addOption(
      completes(new Option('--from <snapshot>', 'a snapshot: a JSON file, or - for standard input'), 'files'),
    )
    .option('--allow-older', 'take a snapshot that is older than the last one')
    .addOption(
      completes(
        new Option('--to <snapshot>', 'also write what GitLab knows to a snapshot')
          .argParser(parseTarget)
          .conflicts('from'),
        'files',
      ),
    )
    .addOption(formatOption(formatNames))
    .addHelpText('after', examples)
  addGitLabOptions(command).action(async (options: SyncCommandOptions) => {
    const app = await openApp()
    await (options.from === undefined
      ? pullFromGitLab(app, options)
      : takeSnapshot(app, options.from, options))
  })
}

/** stdout has the report. */
function parseTarget(text: string): string {
  if (text === '-') throw new InvalidArgumentError('It takes the path of a file: stdout has the report.')
  return parsePath(text)
}

async function takeSnapshot(
  app: App,
  from: string,
  { allowOlder = false, format }: SyncCommandOptions,
): Promise<void> {
  const { readSnapshot } = await import('../../input/snapshot/read-snapshot.ts')
  const progress = startProgress(app.terminal, 'Synchronising')
  try {
    const { snapshot, unknownKeys } = await readSnapshot(from, new Date(app.readClock()), app.signal)
    noteUnknownKeys(app, unknownKeys)
    await app.useStore({ create: true }, async (store) => {
      requireNoLink(store.links.find())
      const report = await syncSnapshot(snapshot, { allowOlder }, createSyncContext(app, store, progress))
      progress.stop()
      await printSync(app, report, format)
    })
  } finally {
    progress.stop()
  }
}

async function pullFromGitLab(app: App, options: SyncCommandOptions): Promise<void> {
  if (!existsSync(app.storePath)) throw createNoLinkError()
  const { syncGitLab } = await import('../../sync/sync-gitlab.ts')
  const progress = startProgress(app.terminal, 'Synchronising')
  try {
    await app.useStore({ create: false }, async (store) => {
      const link = store.links.find()
      if (link === null) throw createNoLinkError()
      const snapshotFile = options.to === undefined ? null : await openReplacement(app, options.to)
      try {
        const { tokenFile, timeout } = options
        const connect = () => app.connect(link, { tokenFile, timeoutMs: timeout, readsPurchases: true })
        app.interruption = interruptionDuringSync
        const context = createSyncContext(app, store, progress)
        const report = await syncGitLab({ ...context, connect })
        progress.stop()
        if (snapshotFile !== null) await writePulled(context, report, snapshotFile)
        await printSync(app, report, options.format)
        if (report.pushed?.refused) app.exit = 'incomplete'
      } finally {
        await snapshotFile?.discard()
      }
    })
  } finally {
    progress.stop()
  }
}

/** What was pulled, for stores that reach no GitLab. Nobody else writes meanwhile: users and seats must fit together. */
async function writePulled(
  { store, signal, onWait }: SyncContext,
  { takenAt, subscription }: SyncReport,
  file: Replacement,
): Promise<void> {
  const { writeSnapshot } = await import('../../report/reports/snapshot-document.ts')
  const addOnPurchases = store.addOnPurchases.list()
  const readUsers = () => store.users.readAll()
  const readSeats = () => store.seats.readAll()
  const content = { takenAt, subscription, addOnPurchases, readUsers, readSeats }
  await store.transact(() => file.write((output) => writeSnapshot(content, output)), { signal, onWait })
}

async function printSync(app: App, report: SyncReport, format: Format): Promise<void> {
  app.interruption = interruptionAfterSync
  for (const warning of report.warnings) app.terminal.warn(warning)
  const readChanges: SyncReport['readChanges'] = (codes) => app.readUntilAborted(report.readChanges(codes))
  await writeSync({ ...report, readChanges }, format, createPage(app.terminal, app.stdout))
}

function createSyncContext(app: App, store: SyncContext['store'], progress: Progress) {
  return {
    store,
    now: app.readClock(),
    readClock: app.readClock,
    signal: app.signal,
    pause: setImmediate,
    onProgress: (done: number | null, text = '') => progress.update(done, text),
    onWait: () => progress.update(null, waitingForStore),
  }
}

function createNoLinkError(): UserError {
  return new UserError(
    'usage',
    'This store is linked to no GitLab, so there is nothing to sync with.',
    'Link it with "duo-seats link URL", or give a snapshot: duo-seats sync --from snapshot.json',
  )
}

/** Two sources of truth would undo each other's changes. */
function requireNoLink(link: Link | null): void {
  if (link === null) return
  throw new UserError(
    'usage',
    `The store is linked to ${describeScope(link)}, which knows more than a snapshot.`,
    'Run "duo-seats sync" without --from, keep the snapshot in another --store, or run "duo-seats unlink" first.',
  )
}

const interruptionDuringSync = new UserError(
  'interrupted',
  'Interrupted: the store keeps what GitLab had answered, and what it had not is pending.',
  'Run "duo-seats sync" to go on.',
)

const interruptionAfterSync = new UserError(
  'interrupted',
  'Interrupted while printing: the store is in the state that was synced.',
  'Run "duo-seats list" to see who holds a seat.',
)

const mostKeys = 10

function noteUnknownKeys({ terminal }: App, keys: readonly string[]): void {
  if (keys.length === 0) return
  const more = keys.length > mostKeys ? ` and ${keys.length - mostKeys} more` : ''
  terminal.note(`Ignored in the snapshot: ${keys.slice(0, mostKeys).join(', ')}${more}.`)
}
