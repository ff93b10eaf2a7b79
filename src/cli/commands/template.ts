import { Argument, type Command } from 'commander'
import type { Perform } from '../app.ts'
import { type TemplateName, templateNames, templates } from '../templates.ts'

const examples = `
Examples:
  duo-seats template > people.csv
  duo-seats bulk-assign people.csv --dry-run
  duo-seats template gitlab-ci > .gitlab-ci.yml

More: duo-seats help csv, duo-seats help reports`

export function addTemplateCommand(program: Command, perform: Perform): void {
  program
    .command('template')
    .description('Print an empty CSV for bulk-assign, or a pipeline of GitLab CI that applies a list.')
    .addArgument(new Argument('[name]', 'what to print').choices(templateNames).default(templateNames[0]))
    .addHelpText('after', examples)
    .action(
      perform(async ({ stdout }, name: TemplateName) => {
        await stdout.write(templates[name](program.version() ?? ''))
        await stdout.end()
        return 'ok'
      }),
    )
}
