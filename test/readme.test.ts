import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { outcomeCodes, outcomes } from '../src/domain/outcome.ts'
import { syncChangeCodes } from '../src/domain/sync-change.ts'
import { exitCodes } from '../src/errors.ts'
import { commandNames, createProgram } from '../src/main.ts'
import { fixtures, Workdir } from './support/workdir.ts'

const path = resolve(import.meta.dirname, '../README.md')
const readme = readFileSync(path, 'utf8')
const frozenClock = resolve(import.meta.dirname, 'support/frozen-clock.cjs')

const program = await createProgram(commandNames, () =>
  Promise.reject(new Error('the README needs no store')),
)

/** What a command prints, with the program's clock stopped. */
async function runExample(workdir: Workdir, command: string): Promise<string> {
  const args = command.split(' ').map((arg) => (/\.(json|csv)$/.test(arg) ? join(fixtures, arg) : arg))
  const { stdout } = await workdir.run(args, { env: { NODE_OPTIONS: `--require ${frozenClock}` } })
  return stdout
}

/** A console block: commands, each followed by what it prints. */
async function renderBlock(workdir: Workdir, block: string): Promise<string> {
  const commands = [...block.matchAll(/^\$ duo-seats (.*)$/gm)].map((match) => match[1] ?? '')
  let text = ''
  for (const command of commands) {
    text += `$ duo-seats ${command}\n${await runExample(workdir, command)}`
  }
  return text
}

async function renderExamples(): Promise<string> {
  const workdir = new Workdir()
  const parts = readme.split(/(```console\n[\s\S]*?```)/)
  for (const [index, part] of parts.entries()) {
    if (part.startsWith('```console\n')) {
      parts[index] = `\`\`\`console\n${await renderBlock(workdir, part)}\`\`\``
    }
  }
  return parts.join('')
}

/** What stands below the heading of a command. */
function readSection(command: string): string {
  return readme.split(`### ${command}\n`)[1]?.split(/\n##+ /)[0] ?? ''
}

/** What stands below the headings of the commands whose options a section says to be its own as well. */
function readSharedSections(section: string): string {
  const commands = [...section.matchAll(/the options of `([\w-]+)`/g)].map((match) => match[1] ?? '')
  return commands.map(readSection).join('')
}

describe('the README', () => {
  test('shows what its examples print', async () => {
    const rendered = await renderExamples()
    if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(path, rendered)
    else expect(readme).toBe(rendered)
  })

  test.each(program.commands.filter((command) => command.name() !== 'help'))(
    'names the command $_name and each of its options',
    (command: Command) => {
      const section = readSection(command.name())
      const shared = readSharedSections(section)
      for (const option of command.options) expect(section + shared).toContain(`\`${option.flags}\``)
      for (const nested of command.commands) {
        expect(section).toMatch(new RegExp(`^\`${command.name()} ${nested.name()}\\b`, 'm'))
        for (const option of nested.options) expect(section).toContain(`\`${option.flags}\``)
      }
    },
  )

  test('names every option that all commands take', () => {
    for (const option of program.options) {
      for (const flag of [option.short, option.long])
        if (flag) expect(readme).toMatch(new RegExp(`\`${flag}( <file>)?\``))
    }
  })

  test('says of every outcome what the program says of it', () => {
    for (const code of outcomeCodes) {
      const { success, meaning } = outcomes[code]
      const word = success === null ? 'as the first' : success ? 'yes' : 'no'
      expect(readme).toContain(`| \`${code}\` | ${word} | ${meaning} |`)
    }
  })

  test('names every change that a sync reports', () => {
    for (const code of syncChangeCodes) expect(readme).toContain(`\`${code}\``)
  })

  test('and --help name every exit code', () => {
    let help = ''
    program.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    for (const code of Object.values(exitCodes)) {
      expect(readme).toMatch(new RegExp(`^\\| ${code} \\| `, 'm'))
      expect(help).toMatch(new RegExp(`^  ${code}  `, 'm'))
    }
  })

  test('names every environment variable that the source reads', () => {
    const config = readFileSync(resolve(import.meta.dirname, '../src/config.ts'), 'utf8')
    const names = [...config.matchAll(/^ {2}([A-Z_]+)\?:/gm)].map((match) => match[1] ?? '')
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) expect(readme).toContain(`\`${name}\``)
  })

  test('gives the commands that install, try and test, and CI runs the very test command', () => {
    const ci = readFileSync(resolve(import.meta.dirname, '../.ci/run'), 'utf8')
    expect(readme).toContain('\nnpm ci && npm run demo\n')
    expect(readme).toContain('\nnpm cit\n')
    expect(ci).toMatch(/^npm cit$/m)
  })
})
