import type { Command } from 'commander'
import { composeUndo, findRunToUndo, readUndone } from '../../orders/compose-undo.ts'
import { createNameSource } from '../../orders/name-source.ts'
import { formatNames } from '../../report/formats/formats.ts'
import type { App, OpenApp } from '../app.ts'
import { runArgument } from '../options/basic-options.ts'
import {
  addSeatRunOptions,
  addShortageOption,
  addYesOption,
  type SeatRunOptions,
} from '../options/seat-run-options.ts'
import { runWithResultsFile } from '../seat-run.ts'

const examples = `
Examples:
  duo-seats undo 12 --dry-run
  duo-seats undo 12
  duo-seats undo 12 --yes --format json

What the run gave is taken, what it took is given back. Seats that were changed after the run are left alone, and the
result says so. An undo is a run too: undo it with its own number.`

export function addUndoCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('undo')
    .description('Take back what a run gave, and give back what it took.')
    .addArgument(runArgument())
    .addHelpText('after', examples)
  addYesOption(addShortageOption(addSeatRunOptions(command, formatNames))).action(
    async (id: number, options: SeatRunOptions) => undo(await openApp(), id, options),
  )
}

async function undo(app: App, id: number, options: SeatRunOptions): Promise<void> {
  const run = await app.useStore({ create: false }, async (store) =>
    findRunToUndo(store, id, (other) => app.isAtWork(other)),
  )
  await runWithResultsFile(app, {
    command: 'undo',
    source: createNameSource([]),
    readNamed: (store) => readUndone(store, run),
    compose: (store, purchase) => composeUndo(store, run, purchase),
    mustConfirm: ({ removals, needed, short }) => removals + needed - short > 0,
    // Whose seats are meant, and how many may be taken, the run that is undone says, and nobody typed.
    noted: { undone_run: id, add_on: null, max_removals: null },
    options: { ...options, addOn: run.addOn },
  })
}
