import { inspect } from 'node:util'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { version } from '../package.json'
import { App, createInterruption, type GlobalOptions, type OpenApp } from './app.ts'
import { addAssignCommand } from './commands/assign.ts'
import { addBulkAssignCommand } from './commands/bulk-assign.ts'
import { addListCommand } from './commands/list.ts'
import { addSyncCommand } from './commands/sync.ts'
import { type ExitName, exitCodes, UserError } from './errors.ts'
import { TextOutput } from './report/text-output.ts'
import { formatErrorJson } from './report/write-json.ts'

const help = `
Exit codes:
  0  every user is in the state that was asked for
  1  failed: a file, the store or a bug; nothing is half done
  2  usage: unknown option, unreadable or malformed input
  3  finished, and some users did not get what was asked for
  5  refused before anything was written: too few seats with --on-shortage fail
  130  interrupted

Environment:
  DUO_SEATS_STORE  the store, where --store does not name one
  DUO_BULK_USER_FILE_PATH, DUO_PRO_BULK_USER_FILE_PATH  the list for bulk-assign, where no file is given
  NO_COLOR, FORCE_COLOR  colour off or on, whatever the output goes to

Start with:
  duo-seats sync --from snapshot.json
  duo-seats bulk-assign people.csv --dry-run`

/**
 * Runs one command line.
 *
 * @param argv as in `process.argv`
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const signal = listenForSignals()
  let app: App | null = null
  let page = ''
  const program = createProgram(async () => {
    app = await App.open(program.opts<GlobalOptions>(), signal)
    return app
  })
  for (const command of [program, ...program.commands])
    command.configureOutput({ writeOut: (text) => (page += text) })
  try {
    await parse(program, argv)
    if (page !== '') await printPage(page)
    return exitCodes[(app as App | null)?.exit ?? 'ok']
  } catch (error) {
    return reportFailure(signal.aborted ? toInterruption(error, signal) : error, argv, app)
  }
}

/** Without a command people get the help. Help and the version end the parsing as well, and are no failure. */
async function parse(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(argv.length > 2 ? argv : [...argv, 'help'])
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  }
}

/** Prints help or the version: commander would not notice that nobody reads it, or that the disk is full. */
async function printPage(text: string): Promise<void> {
  const output = new TextOutput(process.stdout)
  await output.write(text)
  await output.end()
}

/** Everything that can be typed. */
export function createProgram(openApp: OpenApp): Command {
  const program = new Command('duo-seats')
    .description('Assign GitLab Duo add-on seats, with one clear result for every user.')
    .version(version)
    .option('--store <file>', 'the SQLite file that holds users, seats and runs', parsePath)
    .option('-q, --quiet', 'print no table, notes or progress; failures are still said')
    .option('--no-color', 'print without colour')
    .option('--debug', 'print what lies behind a failure')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('hint: add --help to see what there is')
    .addHelpText('after', help)
    .exitOverride()
  addAssignCommand(program, openApp)
  addBulkAssignCommand(program, openApp)
  addListCommand(program, openApp)
  addSyncCommand(program, openApp)
  addHelpCommand(program)
  return program
}

/** In place of commander's own, which shows the help of everything for a command that does not exist. */
function addHelpCommand(program: Command): void {
  program
    .command('help')
    .description('show how a command is used')
    .argument('[command]', 'the command')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((known) => known.name() === name)
      if (command === undefined) program.error(`error: unknown command '${name}'`)
      command.help()
    })
}

/** An empty text is a variable of a script that was not set: the default store would be a surprise. */
function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('It takes the path of a file.')
  return text
}

/** The first signal asks the work to stop in order; the second one ends the process as signals do. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => {
    controller.abort(createInterruption())
    // Somebody may wait for input that never ends.
    process.stdin.destroy()
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt)
  return controller.signal
}

/** What was interrupted may fail in a way of its own; the signal is what people know of. */
function toInterruption(error: unknown, signal: AbortSignal): unknown {
  return error instanceof UserError && error.exit === 'interrupted' ? error : signal.reason
}

async function reportFailure(
  error: unknown,
  argv: readonly string[],
  openedApp: App | null,
): Promise<number> {
  const app =
    openedApp ?? (await App.open({ color: !argv.includes('--no-color') }, new AbortController().signal))
  const { exit, message, hint } = describeFailure(error)
  // commander has said what is wrong with an option.
  if (!(error instanceof CommanderError)) app.terminal.error(message, hint)
  if (argv.includes('--debug')) app.terminal.error(inspect(error), null)
  if (isJsonWanted(argv)) {
    // It stands on stderr, too: a stdout that takes nothing must not hide the failure.
    await printPage(formatErrorJson({ code: exit, message, hint })).catch(() => {})
  }
  return exitCodes[exit]
}

function describeFailure(error: unknown): { exit: ExitName; message: string; hint: string } {
  if (error instanceof UserError) return error
  if (error instanceof CommanderError) {
    const isHelp = error.code === 'commander.help'
    const message = isHelp ? 'No command is given.' : error.message.replace(/^error: /, '')
    return { exit: 'usage', message, hint: 'Add --help to see what there is.' }
  }
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'syscall' in error) {
    return {
      exit: 'failed',
      message: `The operating system refused: ${reason}.`,
      hint: 'Make room or check the permissions, then run the command again; it does nothing twice.',
    }
  }
  return {
    exit: 'failed',
    message: `This is a bug in duo-seats: ${reason}`,
    hint: 'Please report it, with what the same command prints with --debug.',
  }
}

function isJsonWanted(argv: readonly string[]): boolean {
  return argv.includes('--format=json') || argv[argv.indexOf('--format') + 1] === 'json'
}
