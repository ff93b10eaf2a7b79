import { Argument, type Command } from 'commander'
import { orderRemoval } from '../../orders/assign.ts'
import { createNameList } from '../../orders/name-list.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { Perform } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { performTypedOrder } from '../listed-order.ts'
import { noteFiles, refuseDash } from '../note-files.ts'
import {
  addAddOnOption,
  addLookUpOption,
  addSeatRunOptions,
  addYesOption,
  type SeatRunOptions,
} from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats unassign ada
  duo-seats unassign ada grace linus
  duo-seats unassign grace@example.com --dry-run

It asks before it removes the seats of several users. In a script, add --yes.

More: duo-seats help commands`

export function addUnassignCommand(program: Command, perform: Perform): void {
  const command = program
    .command('unassign')
    .description('Remove the seat of one or more users, by username or email address.')
    .addArgument(completes(new Argument('<username...>', 'usernames or email addresses'), 'holders'))
    .addHelpText('after', examples)
  addYesOption(addLookUpOption(addSeatRunOptions(addAddOnOption(command), formatNames))).action(
    perform(async (app, names: string[], options: SeatRunOptions) => {
      refuseDash(names, 'unassign')
      const order = orderRemoval('unassign', createNameList(names), options)
      const { exit } = await performTypedOrder(app, order, options)
      if (exit !== 'ok') noteFiles(app, names, 'bulk-unassign')
      return exit
    }),
  )
}
