import type { Command } from 'commander'
import { describeScope } from '../../domain/snapshot.ts'
import { harmless } from '../../report/harmless.ts'
import type { App, OpenApp } from '../app.ts'

const examples = `
Examples:
  duo-seats unlink
  duo-seats unlink --discard-pending

More: duo-seats help linked`

export function addUnlinkCommand(program: Command, openApp: OpenApp): void {
  program
    .command('unlink')
    .description('Disconnect the store from its GitLab. Users, seats and runs stay in the store.')
    .option('--discard-pending', 'drop the changes that GitLab has not confirmed')
    .addHelpText('after', examples)
    .action(async ({ discardPending = false }: { discardPending?: boolean }) =>
      unlink(await openApp(), discardPending),
    )
}

async function unlink(app: App, discardPending: boolean): Promise<void> {
  const { unlinkStore } = await import('../../sync/link-store.ts')
  await app.useStore({ create: false }, async (store) => {
    const forgotten = await unlinkStore(store, discardPending, {
      signal: app.signal,
      onWait: () => app.terminal.note('Waiting for another process that writes to the store.'),
    })
    if (!app.terminal.isQuiet)
      await app.stdout.write(
        `Unlinked from ${harmless(describeScope(forgotten))}. The data stays in the store.\n`,
      )
    await app.stdout.end()
  })
}
