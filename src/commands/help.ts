import type { Command } from 'commander'

/** What stands below the list of commands. A test holds it to the exit codes and to the README. */
export const generalHelp = `
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

/** In place of commander's own, which shows the help of everything for a command that does not exist. */
export function addHelpCommand(program: Command): void {
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
