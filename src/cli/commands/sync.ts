import type { Command } from 'commander'
import { formatNames } from '../../report/formats/formats.ts'
import { syncChangeColumns } from '../../report/reports/sync-change-row.ts'
import type { Perform } from '../app.ts'
import { fileOption, formatOption, jsonOption, outputOption } from '../options/basic-options.ts'
import { columnsOption, refuseColumns } from '../options/columns-option.ts'
import { addGitLabOptions, type GitLabOptions } from '../options/gitlab-options.ts'
import type { SyncPrintOptions } from '../print-sync.ts'
import { syncFromGitLab } from '../sync-from-gitlab.ts'
import { syncFromSnapshot } from '../sync-from-snapshot.ts'

const examples = `
Examples:
  duo-seats sync
  duo-seats sync --to snapshot.json
  duo-seats sync --from snapshot.json

In a linked store, sync pushes pending changes first, then pulls from GitLab.
In a store that is not linked, --from reads a snapshot instead.

More: duo-seats help linked, duo-seats help snapshot`

interface SyncOptions extends GitLabOptions, SyncPrintOptions {
  from?: string
  to?: string
  allowOlder?: boolean
}

export function addSyncCommand(program: Command, perform: Perform): void {
  const command = program
    .command('sync')
    .description(
      'Update users, purchases and seats in the store from the linked GitLab or from a snapshot, and show the changes.',
    )
    .addOption(fileOption('--from <snapshot>', 'read a snapshot: a JSON file, or - for standard input'))
    .option('--allow-older', 'accept a snapshot that is older than the last one')
    .addOption(
      outputOption('--to <snapshot>', 'also write the state of GitLab to a snapshot').conflicts('from'),
    )
    .addOption(columnsOption(syncChangeColumns))
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .addHelpText('after', examples)
  addGitLabOptions(command).action(
    perform((app, options: SyncOptions) => {
      if (options.format === 'table') refuseColumns(options.columns, 'The report of sync')
      return options.from === undefined
        ? syncFromGitLab(app, options)
        : syncFromSnapshot(app, options.from, options)
    }),
  )
}
