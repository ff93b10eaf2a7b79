import { inspect, parseArgs } from 'node:util'
import { Command, CommanderError } from 'commander'
import { version } from '../package.json'
import type { App, GlobalOptions, Perform } from './cli/app.ts'
import { addHelpCommand } from './cli/commands/help.ts'
import { findSource } from './cli/completion/completes.ts'
import { describeFailure, helpHint } from './cli/describe-failure.ts'
import { fitHelp } from './cli/help/fit-help.ts'
import { topicNames } from './cli/help/help-topics.ts'
import { formatHelp, programDescription } from './cli/help/program-help.ts'
import { fileOption } from './cli/options/basic-options.ts'
import { refuseTokenArgument } from './cli/refuse-token-argument.ts'
import { listenForSignals } from './cli/terminal/listen-for-signals.ts'
import type { Terminal } from './cli/terminal/terminal.ts'
import { wrapForStderr } from './cli/terminal/wrap-for-stderr.ts'
import { completeArguments, proposeCommand } from './cli/usual-words.ts'
import { nameStore } from './domain/name-store.ts'
import { createInterruption, type ExitName, exitCodes, explainAbort } from './errors.ts'
import { escapeControlLines } from './report/escape-controls.ts'
import { formatErrorJson } from './report/formats/write-json.ts'
import { formatLocalSecond, localizeTimes } from './report/local-time.ts'
import { TextOutput } from './report/text-output.ts'

/** Takes `process.argv`, and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const signal = listenForSignals()
  let app: App | null = null
  let exit: ExitName = 'ok'
  try {
    refuseTokenArgument(argv.slice(2), process.env)
    const program: Command = await createProgram(argv.slice(2), (work) => async (...args) => {
      app = await loadApp(program.opts<GlobalOptions>(), signal)
      exit = (await work(app, ...args)) ?? 'ok'
    })
    await runProgram(program, argv)
    return exitCodes[exit]
  } catch (error) {
    return reportFailure(error, argv, signal, app)
  }
}

type AddCommand = (program: Command, perform: Perform) => void

/** All commands, in the order of `--help`. The file of a command is loaded when the command is named. */
const commands: Record<string, { group: string; summary: string; load: () => Promise<AddCommand> }> = {
  assign: {
    group: 'Seats:',
    summary: 'assign a seat to one or more users',
    load: async () => (await import('./cli/commands/assign.ts')).addAssignCommand,
  },
  'bulk-assign': {
    group: 'Seats:',
    summary: 'assign a seat to every user in a CSV',
    load: async () => (await import('./cli/commands/bulk-assign.ts')).addBulkAssignCommand,
  },
  unassign: {
    group: 'Seats:',
    summary: 'remove the seat of one or more users',
    load: async () => (await import('./cli/commands/unassign.ts')).addUnassignCommand,
  },
  'bulk-unassign': {
    group: 'Seats:',
    summary: 'remove the seat of every user in a CSV',
    load: async () => (await import('./cli/commands/bulk-unassign.ts')).addBulkUnassignCommand,
  },
  apply: {
    group: 'Seats:',
    summary: 'make the holders of seats equal to a CSV',
    load: async () => (await import('./cli/commands/apply.ts')).addApplyCommand,
  },
  reclaim: {
    group: 'Seats:',
    summary: 'remove seats without recent GitLab Duo activity',
    load: async () => (await import('./cli/commands/reclaim.ts')).addReclaimCommand,
  },
  undo: {
    group: 'Seats:',
    summary: 'reverse a run',
    load: async () => (await import('./cli/commands/undo.ts')).addUndoCommand,
  },
  status: {
    group: 'Looking:',
    summary: 'show what needs attention, and check conditions',
    load: async () => (await import('./cli/commands/status.ts')).addStatusCommand,
  },
  list: {
    group: 'Looking:',
    summary: 'show holders and free seats',
    load: async () => (await import('./cli/commands/list.ts')).addListCommand,
  },
  runs: {
    group: 'Looking:',
    summary: 'show past runs and their results',
    load: async () => (await import('./cli/commands/runs.ts')).addRunsCommand,
  },
  page: {
    group: 'Looking:',
    summary: 'show and change seats in a browser',
    load: async () => (await import('./cli/commands/page.ts')).addPageCommand,
  },
  history: {
    group: 'Looking:',
    summary: 'show what happened to seats and purchases',
    load: async () => (await import('./cli/commands/history.ts')).addHistoryCommand,
  },
  usage: {
    group: 'Looking:',
    summary: 'show how the seats are used',
    load: async () => (await import('./cli/commands/usage.ts')).addUsageCommand,
  },
  link: {
    group: 'Connecting:',
    summary: 'connect the store with a GitLab',
    load: async () => (await import('./cli/commands/link.ts')).addLinkCommand,
  },
  sync: {
    group: 'Connecting:',
    summary: 'update the store from GitLab or from a snapshot',
    load: async () => (await import('./cli/commands/sync.ts')).addSyncCommand,
  },
  unlink: {
    group: 'Connecting:',
    summary: 'disconnect the store from its GitLab',
    load: async () => (await import('./cli/commands/unlink.ts')).addUnlinkCommand,
  },
  doctor: {
    group: 'Set-up:',
    summary: 'check the store, the linked GitLab and the network',
    load: async () => (await import('./cli/commands/doctor.ts')).addDoctorCommand,
  },
  template: {
    group: 'Set-up:',
    summary: 'print an empty CSV, or a pipeline for GitLab CI',
    load: async () => (await import('./cli/commands/template.ts')).addTemplateCommand,
  },
  serve: {
    group: 'Set-up:',
    summary: 'play a GitLab for practice and tests',
    load: async () => (await import('./cli/commands/serve.ts')).addServeCommand,
  },
  completion: {
    group: 'Set-up:',
    summary: 'print a script for tab completion in your shell',
    // Completion parses the typed words with the program that would run them.
    load: async () => {
      const { createCompletionCommand } = await import('./cli/commands/completion.ts')
      return createCompletionCommand({ createProgram, topics: otherTopics, findSource })
    },
  },
}

export const commandNames: readonly string[] = Object.keys(commands)

/** Topics without a command of the same name. */
const otherTopics = topicNames.filter((name) => !commandNames.includes(name))

/** @param args commands that it does not contain get a name and a summary only */
export async function createProgram(args: readonly string[], perform: Perform): Promise<Command> {
  const program = new Command('duo-seats')
    .description(programDescription)
    .addOption(fileOption('--store <file>', 'SQLite file with users, seats and runs'))
    .option('-q, --quiet', 'hide the table, notes and progress; errors are still printed')
    .option('--no-color', 'print without colour')
    .option('--wide', 'print tables in full, also beyond the width of the terminal')
    .option('--no-pager', 'print long tables without a pager')
    .option('--debug', 'print the full cause of an error, for a bug report')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => command.name(),
      minWidthToWrap: 20,
      formatHelp,
    })
    .showHelpAfterError(`hint: ${helpHint}`)
    .exitOverride()
  for (const [name, { group, summary, load }] of Object.entries(commands)) {
    const addCommand = args.includes(name) ? await load() : () => program.command(name)
    addCommand(program, perform)
    program.commands.at(-1)?.summary(summary).helpGroup(group)
  }
  addHelpCommand(program, perform)
  return program
}

/** Help and the version need no app, so it is loaded on demand. */
async function loadApp(options: GlobalOptions, signal: AbortSignal): Promise<App> {
  const { App } = await import('./cli/app.ts')
  return App.open(options, signal)
}

/** commander throws an error with the exit code 0 after help and the version. Without a command, help is printed. */
async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  let helpText = ''
  for (const command of listCommands(program))
    command.configureOutput({
      writeOut: (text) => (helpText += text),
      writeErr: (text) => process.stderr.write(wrapForStderr(escapeControlLines(proposeCommand(text)))),
    })
  try {
    await program.parseAsync([...argv.slice(0, 2), ...completeArguments(argv.slice(2))])
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  }
  if (helpText !== '') await print(fitHelp(helpText, process.stdout.columns || 80))
}

function listCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(listCommands)]
}

/** commander would not notice a full disk or a closed pipe. */
async function print(text: string): Promise<void> {
  const output = new TextOutput(process.stdout)
  await output.write(text)
  await output.end()
}

async function reportFailure(
  error: unknown,
  argv: readonly string[],
  signal: AbortSignal,
  app: App | null,
): Promise<number> {
  const options = readFailureOptions(argv)
  const terminal = app?.terminal ?? (await openTerminal(options['no-color'] !== true))
  const { exit, message, hint: advice } = describeFailure(explainAbort(error, signal, createInterruption()))
  const hint = nameStore(advice, terminal.namedStore)
  // commander has printed its errors.
  if (!(error instanceof CommanderError)) terminal.error(localizeTimes(message, formatLocalSecond), hint)
  if (options.debug === true) terminal.error(inspect(error), null)
  // A half printed document must not be followed by another one.
  const isJsonWanted = options.format === 'json' || options.json === true
  const isJsonPossible = isJsonWanted && !app?.stdout.hasPrinted
  // stderr has the failure as well, so a failing stdout must not hide it.
  if (isJsonPossible) await print(formatErrorJson({ code: exit, message, hint })).catch(() => {})
  return exitCodes[exit]
}

/** For a failure before the app was opened. */
async function openTerminal(color: boolean): Promise<Terminal> {
  const { createTerminal } = await import('./cli/terminal/terminal.ts')
  const { stdout, stderr, env } = process
  return createTerminal({ stdout, stderr, env, color, quiet: false, namedStore: null })
}

/** The options of a failure's report. commander may not have read them: the failure may be an unknown option. */
function readFailureOptions(argv: readonly string[]) {
  const { values } = parseArgs({
    args: argv.slice(2),
    options: {
      format: { type: 'string' },
      json: { type: 'boolean' },
      'no-color': { type: 'boolean' },
      debug: { type: 'boolean' },
    },
    strict: false,
  })
  return values
}
