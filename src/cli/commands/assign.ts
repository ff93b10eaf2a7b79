import { Argument, type Command } from 'commander'
import { orderAssignment } from '../../orders/assign.ts'
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
  addShortageOption,
  type SeatRunOptions,
} from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats assign ada
  duo-seats assign @ada grace@example.com
  duo-seats assign ada --dry-run

More: duo-seats help commands`

export function addAssignCommand(program: Command, perform: Perform): void {
  const command = program
    .command('assign')
    .description('Assign a seat to one or more users, by username or email address.')
    .addArgument(completes(new Argument('<username...>', 'usernames or email addresses'), 'users'))
    .addHelpText('after', examples)
  addShortageOption(addLookUpOption(addSeatRunOptions(addAddOnOption(command), formatNames))).action(
    perform(async (app, names: string[], options: SeatRunOptions) => {
      refuseDash(names, 'assign')
      const order = orderAssignment('assign', createNameList(names), options)
      const { exit } = await performTypedOrder(app, order, options)
      if (exit !== 'ok') noteFiles(app, names, 'bulk-assign')
      return exit
    }),
  )
}
