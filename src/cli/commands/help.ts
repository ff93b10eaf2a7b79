import { Argument, type Command } from 'commander'
import { completes } from '../completion/completes.ts'
import { environmentLines, exitCodeLines, helpTopics } from '../help/help-topics.ts'

/** What `help` knows besides the commands. */
export const topicNames = [...helpTopics.keys()]

/** What stands below the list of commands. */
export const generalHelp = `
Exit codes:
${exitCodeLines}

Environment:
${environmentLines}

More about:
${topicNames.map((topic) => `  duo-seats help ${topic}`).join('\n')}

Start with:
  duo-seats link https://gitlab.example.com
  duo-seats sync
  duo-seats bulk-assign people.csv --dry-run`

/** In place of commander's own, which shows the help of everything for a command that does not exist. */
export function addHelpCommand(program: Command): void {
  program
    .command('help')
    .description('show how a command is used, or a topic')
    .addArgument(
      completes(new Argument('[command...]', `the command, or a topic: ${topicNames.join(', ')}`), 'help'),
    )
    .action((words: string[]) => {
      const topic = helpTopics.get(words.join(' '))
      if (topic === undefined) findCommand(program, words).help()
      else program.configureOutput().writeOut?.(topic)
    })
}

/** The command that some words name, such as `runs show`; the program itself for no words. */
function findCommand(program: Command, words: readonly string[]): Command {
  let command = program
  for (const word of words) {
    const found = command.commands.find((known) => known.name() === word)
    if (found === undefined) program.error(`error: unknown command '${words.join(' ')}'`)
    command = found
  }
  return command
}
