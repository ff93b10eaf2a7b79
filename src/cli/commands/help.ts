import { Argument, type Command } from 'commander'
import { UserError } from '../../errors.ts'
import type { App, Perform } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { readTopic, topicNames } from '../help/help-topics.ts'
import { showText } from '../show-text.ts'

/** Replaces commander's own command, which shows the general help for an unknown command. */
export function addHelpCommand(program: Command, perform: Perform): void {
  program
    .command('help', { hidden: true })
    .description('Show how a command is used, or a topic of the manual.')
    .addArgument(
      completes(new Argument('[command...]', `the command, or a topic: ${topicNames.join(', ')}`), 'help'),
    )
    .action(
      perform(async (app, words: string[]) => {
        const markdown = await readTopic(words.join(' '))
        if (markdown === null) return findCommand(program, words).help()
        await showTopic(app, markdown)
        return 'ok'
      }),
    )
}

/** The command that some words name, such as `runs show`; the program itself for no words. */
function findCommand(program: Command, words: readonly string[]): Command {
  let command = program
  for (const word of words) {
    const found = command.commands.find((known) => known.name() === word)
    if (found === undefined)
      program.error(`error: no command and no help topic is called '${words.join(' ')}'`)
    command = found
  }
  return command
}

const usualWidth = 80
/** Lines that are longer are hard to read. */
const greatestWidth = 120

async function showTopic(app: App, markdown: string): Promise<void> {
  const { renderMarkdown } = await import('../help/render-markdown.ts')
  const { style, width } = app.terminal.stdout
  const text = renderMarkdown(markdown, { style, width: Math.min(width ?? usualWidth, greatestWidth) })
  await showText(app, text, createInterruption())
}

function createInterruption(): UserError {
  return new UserError(
    'interrupted',
    'Interrupted: the rest of the topic was not shown.',
    'Run the same command again, with PAGER=cat to print the topic as a whole.',
  )
}
