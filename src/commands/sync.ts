import { setImmediate } from 'node:timers/promises'
import type { Command } from 'commander'
import type { App, OpenApp } from '../app.ts'
import { UserError } from '../errors.ts'
import { type Format, formatNames, writeSync } from '../report/formats.ts'
import { createPage } from '../report/page.ts'
import { startProgress, waitingForStore } from '../report/progress.ts'
import { syncSnapshot } from '../workflows/sync-snapshot.ts'
import { formatOption } from './options.ts'

const examples = `
Examples:
  duo-seats sync --from snapshot.json
  duo-seats sync --from snapshot.json --store acme.db --format json
  duo-seats sync --from last-week.json --allow-older`

interface SyncCommandOptions {
  from?: string
  allowOlder?: boolean
  format: Format
}

export function addSyncCommand(program: Command, openApp: OpenApp): void {
  program
    .command('sync')
    .summary('bring the store to the state of GitLab')
    .description(
      'Bring users, purchases and seats in the store to the state of a snapshot, and show what changed.',
    )
    .option('--from <snapshot>', 'a snapshot: a JSON file, or - for standard input')
    .option('--allow-older', 'take a snapshot that is older than the last one')
    .addOption(formatOption(formatNames))
    .addHelpText('after', examples)
    .action(async (options: SyncCommandOptions) => printSync(await openApp(), options))
}

async function printSync(app: App, { from, allowOlder = false, format }: SyncCommandOptions): Promise<void> {
  if (from === undefined) {
    throw new UserError(
      'usage',
      'This store is linked to no GitLab, so there is nothing to sync with.',
      'Give a snapshot: duo-seats sync --from snapshot.json',
    )
  }
  const { readSnapshot } = await import('../input/read-snapshot.ts')
  const progress = startProgress(app.terminal, 'Synchronising')
  try {
    const { snapshot, unknownKeys } = await readSnapshot(from, new Date(app.readClock()), app.signal)
    noteUnknownKeys(app, unknownKeys)
    await app.useStore({ create: true }, async (store) => {
      const context = {
        store,
        now: app.readClock(),
        signal: app.signal,
        pause: setImmediate,
        onProgress: (done: number) => progress.update(done, ''),
        onWait: () => progress.update(null, waitingForStore),
      }
      const report = await syncSnapshot(snapshot, { allowOlder }, context)
      progress.stop()
      app.interruption = interruptionAfterSync
      for (const warning of report.warnings) app.terminal.warn(warning)
      const readChanges = () => app.readUntilAborted(report.readChanges())
      await writeSync({ ...report, readChanges }, format, createPage(app.terminal, app.stdout))
    })
  } finally {
    progress.stop()
  }
}

const interruptionAfterSync = new UserError(
  'interrupted',
  'Interrupted while printing: the store is in the state of the snapshot.',
  'Run "duo-seats list" to see who holds a seat.',
)

const mostKeys = 10

function noteUnknownKeys({ terminal }: App, keys: readonly string[]): void {
  if (keys.length === 0) return
  const more = keys.length > mostKeys ? ` and ${keys.length - mostKeys} more` : ''
  terminal.note(`Ignored in the snapshot: ${keys.slice(0, mostKeys).join(', ')}${more}.`)
}
