import type { Command } from 'commander'
import { describeUndoOfUndo } from '../../domain/describe-run.ts'
import type { ExitName } from '../../errors.ts'
import { orderUndo, requireUndoableRun } from '../../orders/undo.ts'
import { formatNames } from '../../report/formats/formats.ts'
import { findLastRun } from '../../runs/list-runs.ts'
import type { Store } from '../../store/store.ts'
import type { App, Perform } from '../app.ts'
import { performTypedOrder } from '../listed-order.ts'
import { type RunNumber, runArgument } from '../options/basic-options.ts'
import {
  addSeatRunOptions,
  addShortageOption,
  addYesOption,
  type SeatRunOptions,
} from '../options/seat-run-options.ts'

const examples = `
Examples:
  duo-seats undo 12 --dry-run
  duo-seats undo 12
  duo-seats undo 12 --yes
  duo-seats undo last

"duo-seats runs" shows the numbers. Seats that changed after the run are
skipped, and the result reports it. An undo is a run too: undo it with its own
number.

More: duo-seats help commands`

export function addUndoCommand(program: Command, perform: Perform): void {
  const command = program
    .command('undo')
    .description('Reverse a run: remove the seats that it assigned, and assign those that it removed.')
    .addArgument(runArgument())
    .addHelpText('after', examples)
  addYesOption(addShortageOption(addSeatRunOptions(command, formatNames))).action(perform(undo))
}

async function undo(app: App, run: RunNumber, options: SeatRunOptions): Promise<ExitName> {
  const { isAtWork } = app.session
  const makeOrder = (store: Store) => {
    const id = run === 'last' ? findLastRun(store, isAtWork) : run
    const undone = requireUndoableRun(store, id, isAtWork)
    const order = orderUndo(undone, options)
    const note = describeUndoOfUndo(undone)
    if (note !== null) app.terminal.note(note)
    return order
  }
  return (await performTypedOrder(app, makeOrder, options)).exit
}
