import { type Command, Help } from 'commander'
import { fitHelp } from './fit-help.ts'
import { topicNames } from './help-topics.ts'

export const programDescription = `Assigns and removes GitLab Duo seats, with one clear result per user.

Start with:
  duo-seats link https://gitlab.example.com
  duo-seats bulk-assign people.csv --dry-run`

/**
 * Formats the help of a command. The program's own help only names its options: the help of every command explains them, and
 * the page must fit a window of 40 lines.
 */
export function formatHelp(command: Command, help: Help): string {
  if (command.parent !== null) return Help.prototype.formatHelp.call(help, command, help)
  const withoutOptions = Object.assign(Object.create(help), { visibleOptions: () => [] })
  const flags = help.visibleOptions(command).map(({ long, flags }) => long ?? flags)
  const more = `Options of every command:
  ${flags.join(', ')}
Topics ("duo-seats help csv" shows one):
  ${topicNames.join(', ')}
`
  const page = Help.prototype.formatHelp.call(help, command, withoutOptions)
  return `${page}${fitHelp(more, help.helpWidth ?? 80)}`
}
