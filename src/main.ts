import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import { version } from '../package.json'
import { App, type GlobalOptions, type OpenApp } from './app.ts'
import { addAssignCommand } from './commands/assign.ts'
import { addBulkAssignCommand } from './commands/bulk-assign.ts'
import { addHelpCommand, generalHelp } from './commands/help.ts'
import { addListCommand } from './commands/list.ts'
import { parsePath } from './commands/options.ts'
import { addSyncCommand } from './commands/sync.ts'
import { type ExitName, exitCodes, UserError } from './errors.ts'
import { harmlessLines } from './report/harmless.ts'
import { TextOutput } from './report/text-output.ts'
import { formatErrorJson } from './report/write-json.ts'

/**
 * Runs one command line.
 *
 * @param argv as in `process.argv`
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const signal = listenForSignals()
  const opened: { app: App | null } = { app: null }
  const program = createProgram(async () => {
    opened.app = await App.open(program.opts<GlobalOptions>(), signal)
    return opened.app
  })
  try {
    await runProgram(program, argv)
    return exitCodes[opened.app?.exit ?? 'ok']
  } catch (error) {
    return reportFailure(error, argv, opened.app)
  }
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
    .addHelpText('after', generalHelp)
    .exitOverride()
  addAssignCommand(program, openApp)
  addBulkAssignCommand(program, openApp)
  addListCommand(program, openApp)
  addSyncCommand(program, openApp)
  addHelpCommand(program)
  return program
}

/** The first signal asks the work to stop in order; the second one ends the process as signals do. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
  return controller.signal
}

/** Help and the version end the parsing with an error that is no failure. Without a command people get the help. */
async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  let helpText = ''
  for (const command of [program, ...program.commands])
    command.configureOutput({
      writeOut: (text) => (helpText += text),
      writeErr: (text) => process.stderr.write(harmlessLines(text)),
    })
  try {
    await program.parseAsync(argv.length > 2 ? argv : [...argv, 'help'])
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
    await print(helpText)
  }
}

/** For what commander would print without noticing that the disk is full, or that nobody reads. */
async function print(text: string): Promise<void> {
  const output = new TextOutput(process.stdout)
  await output.write(text)
  await output.end()
}

/** @returns the exit code */
async function reportFailure(error: unknown, argv: readonly string[], app: App | null): Promise<number> {
  const isColored = !argv.includes('--no-color')
  const { terminal } = app ?? (await App.open({ color: isColored }, new AbortController().signal))
  // What is interrupted fails with an error of its own; the signal is what people know of.
  const isInterrupted = app?.signal.aborted && !(error instanceof UserError)
  const { exit, message, hint } = describeFailure(isInterrupted ? app.interruption : error)
  // commander has said already what is wrong with an option.
  if (!(error instanceof CommanderError)) terminal.error(message, hint)
  if (argv.includes('--debug')) terminal.error(inspect(error), null)
  // A document that is half printed is no place for another one.
  const isJsonPossible = isJsonWanted(argv) && !app?.stdout.hasPrinted
  // stderr has the failure, too: a stdout that takes nothing must not hide it.
  if (isJsonPossible) await print(formatErrorJson({ code: exit, message, hint })).catch(() => {})
  return exitCodes[exit]
}

/** Also where the options could not be parsed. */
function isJsonWanted(argv: readonly string[]): boolean {
  return argv.some(
    (arg, index) => arg === '--format=json' || (arg === '--format' && argv[index + 1] === 'json'),
  )
}

interface Failure {
  exit: ExitName
  message: string
  hint: string
}

function describeFailure(error: unknown): Failure {
  if (error instanceof UserError) return error
  if (error instanceof CommanderError) return describeUsage(error)
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

function describeUsage({ code, message }: CommanderError): Failure {
  const sentence = code === 'commander.help' ? 'No command is given.' : message.replace(/^error: /, '')
  return { exit: 'usage', message: sentence, hint: 'Add --help to see what there is.' }
}
