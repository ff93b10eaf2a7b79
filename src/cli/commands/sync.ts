import { type Command, Option } from 'commander'
import { countWords, listNames } from '../../domain/count-words.ts'
import { describeHiddenAddresses } from '../../domain/hidden-addresses.ts'
import type { Link } from '../../domain/link.ts'
import { describeScope } from '../../domain/snapshot.ts'
import type { SyncReport } from '../../domain/sync-change.ts'
import { type ExitName, explainAbort, UserError } from '../../errors.ts'
import { type Format, formatNames, writeDocument } from '../../report/formats/formats.ts'
import { localizeTimes } from '../../report/local-time.ts'
import type { Page } from '../../report/page.ts'
import { syncChangeColumns } from '../../report/reports/sync-change-row.ts'
import { createSyncDocument } from '../../report/reports/sync-document.ts'
import { lockWait, type StoreContext } from '../../session.ts'
import type { Store } from '../../store/store.ts'
import { requireLink } from '../../sync/require-link.ts'
import { syncSnapshot } from '../../sync/sync-snapshot.ts'
import type { App, Perform } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { formatOption, jsonOption, outputOption, parsePath } from '../options/basic-options.ts'
import { columnsOption, refuseColumns } from '../options/columns-option.ts'
import { addGitLabOptions, type GitLabOptions } from '../options/gitlab-options.ts'
import { explainPrintFailure } from '../print-failure.ts'
import { type Failure, printReport } from '../print-report.ts'
import { WrittenFile } from '../written-file.ts'

const examples = `
Examples:
  duo-seats sync
  duo-seats sync --to snapshot.json
  duo-seats sync --from snapshot.json

In a linked store, sync pushes pending changes first, then pulls from GitLab.
In a store that is not linked, --from reads a snapshot instead.

More: duo-seats help linked, duo-seats help snapshot`

interface SyncCommandOptions extends GitLabOptions {
  from?: string
  to?: string
  allowOlder?: boolean
  columns?: string[]
  format: Format
}

export function addSyncCommand(program: Command, perform: Perform): void {
  const command = program
    .command('sync')
    .description(
      'Update users, purchases and seats in the store from the linked GitLab or from a snapshot, and show the changes.',
    )
    .addOption(
      completes(
        new Option('--from <snapshot>', 'read a snapshot: a JSON file, or - for standard input').argParser(
          parsePath,
        ),
        'files',
      ),
    )
    .option('--allow-older', 'accept a snapshot that is older than the last one')
    .addOption(
      outputOption('--to <snapshot>', 'also write the state of GitLab to a snapshot').conflicts('from'),
    )
    .addOption(columnsOption(syncChangeColumns))
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .addHelpText('after', examples)
  addGitLabOptions(command).action(
    perform((app, options: SyncCommandOptions) => {
      if (options.format === 'table') refuseColumns(options.columns, 'The report of sync')
      return options.from === undefined
        ? pullFromGitLab(app, options)
        : takeSnapshot(app, options.from, options)
    }),
  )
}

async function takeSnapshot(
  app: App,
  from: string,
  { allowOlder = false, ...options }: SyncCommandOptions,
): Promise<undefined> {
  const { readSnapshot } = await import('../../input/snapshot/read-snapshot.ts')
  const { StagedSnapshot } = await import('../../store/staged-snapshot.ts')
  const { session } = app
  const { signal } = session
  session.noteTyping(from, 'the snapshot')
  const rows = await StagedSnapshot.open()
  try {
    const now = new Date(session.readClock())
    const { head, unknownKeys, unknownValues } = await app.showProgress(label, () =>
      readSnapshot(from, { now, sink: rows, signal }),
    )
    noteUnknownKeys(app, unknownKeys)
    for (const sentence of unknownValues) app.terminal.warn(sentence)
    await app.useStore({ create: true }, async (store) => {
      requireNoLink(store.links.find())
      const lists = { users: rows.readUsers(), addresses: rows.readAddresses(), seats: rows.readSeats() }
      const report = await app.showProgress(label, () =>
        syncSnapshot({ ...head, ...lists }, { allowOlder }, makeContext(app, store)),
      )
      await printSync(app, report, options)
    })
  } finally {
    rows.close()
  }
}

const label = 'Synchronising'

async function pullFromGitLab(app: App, options: SyncCommandOptions): Promise<ExitName> {
  return app.useStore({ create: false }, async (store) => {
    const link = requireLink(store)
    const file = options.to === undefined ? null : await WrittenFile.open(app.session, options.to)
    try {
      const report = await app.showProgress(label, () => pull(app, store, link, options))
      if (file !== null) await writePulled(app, store, report, file)
      await printSync(app, report, options)
      return report.pushed?.refused ? 'incomplete' : 'ok'
    } finally {
      await file?.discard()
    }
  })
}

async function pull(
  app: App,
  store: Store,
  link: Link,
  { tokenFile, tokenCommand, timeout: timeoutMs }: GitLabOptions,
): Promise<SyncReport> {
  const { syncGitLab } = await import('../../sync/sync-gitlab.ts')
  const { session } = app
  const connect = () => session.connect(link, { tokenFile, tokenCommand, timeoutMs, readsPurchases: true })
  try {
    return await syncGitLab({ ...makeContext(app, store), connect })
  } catch (error) {
    throw explainAbort(error, session.signal, createSyncInterruption())
  }
}

/** In a transaction, since users and seats must fit together. */
async function writePulled(
  { session }: App,
  store: Store,
  { takenAt, subscription }: SyncReport,
  file: WrittenFile,
): Promise<void> {
  const { writeSnapshot } = await import('../../report/reports/snapshot-document.ts')
  const addOnPurchases = store.addOnPurchases.list()
  const readUsers = () => store.users.readAll()
  const readSeats = () => store.seats.readAll()
  const content = { takenAt, subscription, addOnPurchases, readUsers, readSeats }
  const write = () => file.write((output) => writeSnapshot(content, output))
  await store.transact(write, lockWait(session))
}

async function printSync(
  app: App,
  report: SyncReport,
  options: Pick<SyncCommandOptions, 'format' | 'columns'>,
): Promise<void> {
  for (const warning of report.warnings) app.terminal.warn(localizeTimes(warning))
  const hidden = describeHiddenAddresses(report.hiddenAddresses)
  if (hidden !== null) app.terminal.note(hidden)
  const readChanges: SyncReport['readChanges'] = (codes) =>
    app.readUntilAborted(report.readChanges(codes), createPrintInterruption())
  const write = (page: Page) =>
    writeDocument(createSyncDocument({ ...report, readChanges }), options.format, page)
  const interruption = createPrintInterruption()
  await printReport(app, options, interruption, write, describeRefusals(report)).catch((error: unknown) => {
    throw explainPrintFailure(error, 'The sync is complete.', interruption.hint)
  })
}

function describeRefusals({ pushed }: SyncReport): Failure[] {
  if (!pushed?.refused) return []
  const message = `GitLab refused ${countWords(pushed.refused, 'pending change')}.`
  return [{ message, hint: 'To see them: duo-seats runs' }]
}

function makeContext({ session: { readClock, signal, tell } }: App, store: Store): StoreContext {
  return { store, readClock, signal, tell }
}

/** @throws UserError for a linked store: a snapshot and GitLab would undo each other's changes */
function requireNoLink(link: Link | null): void {
  if (link === null) return
  throw new UserError(
    'usage',
    `The store is linked to ${describeScope(link)}, so a snapshot cannot replace its data.`,
    'Run "duo-seats sync" without --from, keep the snapshot in another --store, or run "duo-seats unlink" first.',
  )
}

function createSyncInterruption(): UserError {
  return new UserError(
    'interrupted',
    "Interrupted: GitLab's answers so far are stored, and changes without an answer are pending.",
    'Run "duo-seats sync" to continue.',
  )
}

function createPrintInterruption(): UserError {
  return new UserError(
    'interrupted',
    'Interrupted while printing: the sync is complete.',
    'Run "duo-seats list" to see who holds a seat.',
  )
}

const mostKeys = 10

function noteUnknownKeys({ terminal }: App, keys: readonly string[]): void {
  if (keys.length > 0)
    terminal.note(`Ignored in the snapshot: ${listNames(keys.slice(0, mostKeys), keys.length)}.`)
}
