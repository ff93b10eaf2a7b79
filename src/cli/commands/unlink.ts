import type { Command } from 'commander'
import { describeScope } from '../../domain/snapshot.ts'
import { harmless } from '../../report/harmless.ts'
import { lockWait } from '../../session.ts'
import type { App, Perform } from '../app.ts'

const examples = `
Examples:
  duo-seats unlink
  duo-seats unlink --discard-pending

More: duo-seats help linked`

export function addUnlinkCommand(program: Command, perform: Perform): void {
  program
    .command('unlink')
    .description('Disconnect the store from its GitLab. Users, seats and runs stay in the store.')
    .option('--discard-pending', 'drop the changes that GitLab has not confirmed')
    .addHelpText('after', examples)
    .action(perform(unlink))
}

async function unlink(
  app: App,
  { discardPending = false }: { discardPending?: boolean },
): Promise<undefined> {
  const { unlinkStore } = await import('../../sync/link-store.ts')
  await app.useStore({ create: false }, async (store) => {
    const link = await app.showProgress('Unlinking', () =>
      unlinkStore(store, discardPending, lockWait(app.session)),
    )
    if (!app.terminal.isQuiet)
      await app.stdout.write(`Unlinked from ${harmless(describeScope(link))}. The data stays in the store.\n`)
    await app.stdout.end()
  })
}
