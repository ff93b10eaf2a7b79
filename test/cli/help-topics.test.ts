import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { helpTopics } from '../../src/cli/help/help-topics.ts'
import { exitCodes } from '../../src/errors.ts'
import { runMain, runMainExpecting } from '../support/run-main.ts'
import { openTeam } from '../support/sample-team.ts'

/** Pages by the words that print them, since several tests read the same one. */
const pages = new Map<string, Promise<string>>()

function readPage(words: string): Promise<string> {
  const page = pages.get(words) ?? runMainExpecting(0, words.split(' '))
  pages.set(words, page)
  return page
}

function readTopic(name: string): Promise<string> {
  return readPage(`help ${name}`)
}

/** Lists the variables that `src/config.ts` reads from the environment. */
function listVariables(): string[] {
  const config = readFileSync(resolve(import.meta.dirname, '../../src/config.ts'), 'utf8')
  return [...config.matchAll(/^ {2}([A-Za-z_]+)\?: string/gm)].map((match) => match[1] ?? '')
}

test.each(['help', '--help'])('duo-seats %s names every topic', async (word) => {
  const help = await readPage(word)
  for (const topic of helpTopics.keys()) expect(help).toContain(`\n  duo-seats help ${topic}\n`)
})

test.each([...helpTopics.keys()])(
  'help %s fits into a terminal of 40 lines and 120 columns',
  async (topic) => {
    const lines = (await readTopic(topic)).split('\n')
    expect(lines.length).toBeLessThan(40)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120)
  },
)

test('help exit-codes and --help print the same line for every exit code', async () => {
  const topic = await readTopic('exit-codes')
  const help = await readPage('--help')
  for (const code of Object.values(exitCodes)) {
    const line = new RegExp(`^ {2}${code} {2}.+$`, 'm').exec(topic)?.[0] ?? `no line for ${code}`
    expect(help).toContain(`\n${line}\n`)
  }
})

test('help environment and --help name every variable that the source reads', async () => {
  const texts = [await readTopic('environment'), await readPage('--help')]
  const variables = listVariables()
  expect(variables.length).toBeGreaterThan(10)
  for (const page of texts)
    for (const variable of variables) expect(page).toMatch(new RegExp(`[ ,]${variable}[ ,]`))
})

describe('help csv', () => {
  test('help csv prints a list that bulk-assign reads', async () => {
    const topic = await readTopic('csv')
    const example = topic.split('\n\n')[1]?.replaceAll(/^ {2}/gm, '') ?? ''
    expect(example).toContain('username')
    const workdir = await openTeam()
    const { results } = await workdir.runForJson<{ results: { line: number; input: string }[] }>(
      3,
      ['bulk-assign', '-'],
      { stdin: example },
    )
    expect(results.map(({ line, input }) => [line, input])).toEqual([
      [2, 'ada'],
      [3, '@grace'],
      [5, 'margaret@example.com'],
    ])
  })

  test('help csv names columns that bulk-assign knows', async () => {
    const columns = [...(await readTopic('csv')).matchAll(/^ {2}(\w+) +.*\(also called (.+)\)$/gm)]
    const names = columns.flatMap(([, name = '', others = '']) => [name, ...others.split(', ')])
    expect(names).toHaveLength(8)
    for (const name of names) {
      const workdir = await openTeam()
      await workdir.runExpecting(0, ['bulk-assign', '-'], { stdin: `${name}\n` })
    }
  })

  test('help csv names options that bulk-assign has', async () => {
    const help = await readPage('bulk-assign --help')
    const options = [...(await readTopic('csv')).matchAll(/^ {2}(--[\w-]+) /gm)].map((match) => match[1])
    expect(options).toHaveLength(3)
    for (const option of options) expect(help).toContain(`  ${option} `)
  })
})

test('help runs show prints the help of that command', async () => {
  const page = await readPage('help runs show')
  expect(page).toMatch(/^Usage: duo-seats runs show /)
  expect(page).not.toContain('--since')
  expect(await readPage('runs show --help')).toBe(page)
})

test.each(['help csv exit-codes', 'help runs nonsense', 'help toString'])(
  '%s is rejected as an unknown command',
  async (args) => {
    const { code, stdout, stderr } = await runMain(args.split(' '))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`error: unknown command '${args.slice(5)}'\n`)
  },
)
