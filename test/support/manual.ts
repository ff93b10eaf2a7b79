import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { CommanderError } from 'commander'
import { readTopic, topicNames } from '../../src/cli/help/help-topics.ts'
import { commandNames, createProgram } from '../../src/main.ts'

/** The README, and below it the help topics. */
export const root = resolve(import.meta.dirname, '../..')

export const topicsFolder = 'src/cli/help/topics'

export const topicPaths = topicNames.map((name) => `${topicsFolder}/${name}.md`)

/** Paths of all documents for users, relative to the root. */
export const manualPaths = ['README.md', ...topicPaths]

export function readManual(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** @param name the topic */
export function readTopicSource(name: string): string {
  return readManual(`${topicsFolder}/${name}.md`)
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm

export interface CodeBlock {
  language: string
  text: string
}

export function listCodeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(fence)].map(([, language = '', text = '']) => ({ language, text }))
}

/** The text without code blocks. */
export function withoutCodeBlocks(markdown: string): string {
  return markdown.replaceAll(fence, '')
}

/** Texts between backquotes, outside of code blocks. */
export function listInlineCode(markdown: string): string[] {
  return [...withoutCodeBlocks(markdown).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
}

/** The text below a heading, up to the next heading of the same or a higher level. */
export function readSection(markdown: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 1
  const below = `\n${markdown}`.split(`\n${heading}\n`)[1] ?? ''
  return below.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? ''
}

/** The rows of all tables of a text, without headers, cell by cell. */
export function listTableRows(markdown: string): string[][] {
  return withoutCodeBlocks(markdown)
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block.startsWith('|'))
    .flatMap((block) => block.split('\n').slice(2))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )
}

/** Everything in a document that begins with `duo-seats`, as the words behind it. */
export function listCommandLines(markdown: string): string[][] {
  const code = listCodeBlocks(markdown).map(({ language, text }) =>
    language === 'console' ? text.replaceAll(/^(?!\$ ).*$/gm, '') : text.replaceAll('\\\n', ' '),
  )
  const lines = [...code, ...listInlineCode(markdown)].join('\n')
  return [...lines.matchAll(/(?:^|[;|(]) *(?:[$-] )?duo-seats +([^\n|;()>]*)/gm)].map((match) =>
    (match[1]?.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll(/^["']|["']$/g, '')),
  )
}

class Parsed extends Error {}

/** The program with all commands, which runs none of them. */
export function createParser(): Promise<Command> {
  return createProgram(commandNames, () => () => Promise.reject(new Parsed()))
}

/** @returns what is wrong with a command line; null if the program accepts it */
export async function findMistake(words: readonly string[]): Promise<string | null> {
  const [first, ...others] = words
  const program = await createParser()
  if (first === 'help' && !(await isHelpWord(program, others))) return 'neither a topic nor a command'
  silence(program)
  try {
    await program.parseAsync(['node', 'duo-seats', ...words])
    return 'the command ran without a store'
  } catch (error) {
    if (error instanceof Parsed) return null
    if (error instanceof CommanderError && error.exitCode === 0) return null
    return String(error)
  }
}

/** Whether words name a topic or a command, such as `runs show`. */
async function isHelpWord(program: Command, words: readonly string[]): Promise<boolean> {
  if ((await readTopic(words.join(' '))) !== null) return true
  let command: Command | undefined = program
  for (const word of words) command = command?.commands.find((known) => known.name() === word)
  return command !== undefined
}

function silence(command: Command): void {
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  for (const nested of command.commands) silence(nested)
}

/** Runs every command of the console blocks of a document, and puts its output below it. */
export async function renderExamples(
  markdown: string,
  run: (command: string, block: number) => Promise<string>,
): Promise<string> {
  const parts = markdown.split(/(```console\n[\s\S]*?```)/)
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) continue
    const commands = [...part.matchAll(/^\$ duo-seats (.*)$/gm)].map((match) => match[1] ?? '')
    let text = ''
    for (const command of commands) text += `$ duo-seats ${command}\n${await run(command, index)}`
    parts[index] = `\`\`\`console\n${text}\`\`\``
  }
  return parts.join('')
}
