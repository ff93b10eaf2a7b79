import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import { version } from '../package.json'
import type { App, GlobalOptions, OpenApp } from './cli/app.ts'
import { addHelpCommand, generalHelp, topicNames } from './cli/commands/help.ts'
import { findSource } from './cli/completion/completes.ts'
import { fileOption } from './cli/options/basic-options.ts'
import { type ExitName, exitCodes, UserError } from './errors.ts'
import { formatErrorJson } from './report/formats/write-json.ts'
import { harmlessLines } from './report/harmless.ts'
import { TextOutput } from './report/text-output.ts'

/**
 * Runs one command line.
 *
 * @param argv as in `process.argv`
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const signal = listenForSignals()
  const opened: { app: App | null } = { app: null }
  try {
    const program = await createProgram(argv.slice(2), async () => {
      opened.app = await loadApp(program.opts<GlobalOptions>(), signal)
      return opened.app
    })
    await runProgram(program, argv)
    return exitCodes[opened.app?.exit ?? 'ok']
  } catch (error) {
    return reportFailure(error, argv, opened.app)
  }
}

type AddCommand = (program: Command, openApp: OpenApp) => void

/** Everything that can be typed, in the order of `--help`. The file of a command is loaded when the command is named. */
const commands: Record<string, { summary: string; load: () => Promise<AddCommand> }> = {
  assign: {
    summary: 'give a seat to one or more users',
    load: async () => (await import('./cli/commands/assign.ts')).addAssignCommand,
  },
  'bulk-assign': {
    summary: 'give a seat to every user in a CSV',
    load: async () => (await import('./cli/commands/bulk-assign.ts')).addBulkAssignCommand,
  },
  unassign: {
    summary: 'take the seat of one or more users',
    load: async () => (await import('./cli/commands/unassign.ts')).addUnassignCommand,
  },
  'bulk-unassign': {
    summary: 'take the seat of every user in a CSV',
    load: async () => (await import('./cli/commands/bulk-unassign.ts')).addBulkUnassignCommand,
  },
  apply: {
    summary: 'make the holders of seats equal to a CSV',
    load: async () => (await import('./cli/commands/apply.ts')).addApplyCommand,
  },
  reclaim: {
    summary: 'take back seats that nobody uses',
    load: async () => (await import('./cli/commands/reclaim.ts')).addReclaimCommand,
  },
  undo: {
    summary: 'take back what a run gave, give back what it took',
    load: async () => (await import('./cli/commands/undo.ts')).addUndoCommand,
  },
  list: {
    summary: 'show who holds a seat',
    load: async () => (await import('./cli/commands/list.ts')).addListCommand,
  },
  runs: {
    summary: 'show which runs there were, and what came of them',
    load: async () => (await import('./cli/commands/runs.ts')).addRunsCommand,
  },
  template: {
    summary: 'print an empty CSV for bulk-assign',
    load: async () => (await import('./cli/commands/template.ts')).addTemplateCommand,
  },
  sync: {
    summary: 'bring the store to the state of GitLab',
    load: async () => (await import('./cli/commands/sync.ts')).addSyncCommand,
  },
  link: {
    summary: 'connect the store with a GitLab',
    load: async () => (await import('./cli/commands/link.ts')).addLinkCommand,
  },
  unlink: {
    summary: 'disconnect the store from its GitLab',
    load: async () => (await import('./cli/commands/unlink.ts')).addUnlinkCommand,
  },
  serve: {
    summary: 'play a GitLab to rehearse with',
    load: async () => (await import('./cli/commands/serve.ts')).addServeCommand,
  },
  doctor: {
    summary: 'check the store, the linked GitLab and the network',
    load: async () => (await import('./cli/commands/doctor.ts')).addDoctorCommand,
  },
  completion: {
    summary: 'print what lets a shell complete commands, options and names',
    load: async () => {
      const { createCompletionCommand } = await import('./cli/commands/completion.ts')
      return createCompletionCommand({ createProgram, topics: topicNames, findSource })
    },
  },
}

export const commandNames: readonly string[] = Object.keys(commands)

/**
 * What can be typed.
 *
 * @param args the command line: commands that it does not name have a name and a summary only, which is all that is needed then
 */
export async function createProgram(args: readonly string[], openApp: OpenApp): Promise<Command> {
  const program = new Command('duo-seats')
    .description('Give and take back GitLab Duo add-on seats, with one clear result for every user.')
    .version(version)
    .addOption(fileOption('--store <file>', 'the SQLite file that holds users, seats and runs'))
    .option('-q, --quiet', 'print no table, notes or progress; failures are still said')
    .option('--no-color', 'print without colour')
    .option('--debug', 'print what lies behind a failure')
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .showHelpAfterError('hint: add --help to see what there is')
    .addHelpText('after', generalHelp)
    .exitOverride()
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const addCommand = args.includes(name) ? await load() : () => program.command(name)
    addCommand(program, openApp)
    program.commands.at(-1)?.summary(summary)
  }
  addHelpCommand(program)
  return program
}

/** Help and the version need none of it, so it is loaded when it is needed. */
async function loadApp(options: GlobalOptions, signal: AbortSignal): Promise<App> {
  const { App } = await import('./cli/app.ts')
  return App.open(options, signal)
}

const signalNames = ['SIGINT', 'SIGTERM'] as const

/** The first signal asks the work to stop in order; the second one, of either name, ends the process as signals do. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController()
  const stop = () => {
    for (const name of signalNames) process.off(name, stop)
    controller.abort()
  }
  for (const name of signalNames) process.on(name, stop)
  return controller.signal
}

/** Help and the version end the parsing with an error that is no failure. Without a command people get the help. */
async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  let helpText = ''
  for (const command of listCommands(program))
    command.configureOutput({
      writeOut: (text) => (helpText += text),
      writeErr: (text) => process.stderr.write(harmlessLines(text)),
    })
  try {
    await program.parseAsync(argv.length > 2 ? argv : [...argv, 'help'])
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  }
  if (helpText !== '') await print(helpText)
}

/** A command, and all that are typed behind it. */
function listCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(listCommands)]
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
  const { terminal } = app ?? (await loadApp({ color: isColored }, new AbortController().signal))
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
