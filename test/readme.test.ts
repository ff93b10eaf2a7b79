import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topicNames } from '../src/cli/help/help-topics.ts'
import { type Outcome, outcomeCodes, outcomes } from '../src/domain/outcome.ts'
import { exitCodes } from '../src/errors.ts'
import { frozenClock } from './support/frozen-clock.ts'
import { type HostedGitLab, hostGitLab } from './support/host-gitlab.ts'
import {
  createParser,
  findMistake,
  listCommandLines,
  listInlineCode,
  listTableRows,
  manualPaths,
  readManual,
  readSection,
  renderExamples,
  root,
  topicsFolder,
  withoutCodeBlocks,
} from './support/manual.ts'
import { fixtures, Workdir } from './support/workdir.ts'

const readme = readManual('README.md')

/** The address of the played GitLab, as the README calls it. */
const exampleUrl = 'https://gitlab.example.com'

/** A directory with the files of the examples. */
function openFixtures(): Workdir {
  const workdir = new Workdir()
  for (const name of ['snapshot.json', 'demo.csv', 'people.csv'])
    workdir.write(name, readFileSync(join(fixtures, name)))
  return workdir
}

/** A directory in which examples run, and the GitLab that they talk to; null if the store is not linked. */
interface Stage {
  workdir: Workdir
  gitlab: HostedGitLab | null
}

/** The store is linked and synced, unless the example begins with `link`. */
async function openLinked(command: string): Promise<Stage> {
  const workdir = openFixtures()
  await workdir.inProcess.runExpecting(0, ['sync', '--from', 'snapshot.json', '--store', 'gitlab.db'])
  const stage = { workdir, gitlab: await hostGitLab(workdir.join('gitlab.db')) }
  if (command.startsWith('link ')) return stage
  await runExample(stage, `link ${exampleUrl}`)
  await runExample(stage, 'sync')
  return stage
}

/** The store is filled from a snapshot, unless the example begins with `sync --from`. */
async function openUnlinked(command: string): Promise<Stage> {
  const workdir = openFixtures()
  if (!command.startsWith('sync --from')) await workdir.inProcess.run(['sync', '--from', 'snapshot.json'])
  return { workdir, gitlab: null }
}

/** What a command prints with the program's clock stopped. */
async function runExample({ workdir, gitlab }: Stage, command: string): Promise<string> {
  const url = gitlab?.url ?? exampleUrl
  const env = { ...frozenClock, TZ: 'UTC', GITLAB_TOKEN: gitlab?.token ?? '' }
  const args = command.replaceAll(exampleUrl, url).split(' ')
  const { stdout } = await workdir.inProcess.run(args, { env })
  return stdout.replaceAll(url, exampleUrl)
}

const { TZ } = process.env

// Commands in this process read its own variable. The times of the manual are in UTC.
beforeAll(() => {
  process.env['TZ'] = 'UTC'
})

afterAll(() => {
  process.env['TZ'] = TZ
})

/** Blocks of the README are independent of each other; those of a topic continue in one store. */
async function renderManual(path: string): Promise<string> {
  const stages = new Map<number, Stage>()
  const isReadme = path === 'README.md'
  const text = await renderExamples(readManual(path), async (command, block) => {
    const key = isReadme ? block : 0
    const stage = stages.get(key) ?? (await (isReadme ? openLinked(command) : openUnlinked(command)))
    stages.set(key, stage)
    return runExample(stage, command)
  })
  return text.replace(outcomeTable, `$1${outcomeCodes.map(formatOutcome).join('')}`)
}

const outcomeTable = /(\| outcome \| success \| meaning \|\n\| --- \| --- \| --- \|\n)(?:\|.*\n)*/

function formatOutcome(code: Outcome): string {
  const { status, meaning } = outcomes[code]
  const word = status === 'as_first' ? 'as the first' : status === 'done' ? 'yes' : 'no'
  return `| \`${code}\` | ${word} | ${meaning} |\n`
}

/** The anchors of the headings of a document, as web pages make them. */
function listAnchors(path: string): string[] {
  const headings = withoutCodeBlocks(readManual(path)).matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

function listLinks(path: string): string[] {
  const links = withoutCodeBlocks(readManual(path)).matchAll(/\]\((?!https?:)([^)]+)\)/g)
  return [...links].map((match) => match[1] ?? '')
}

describe.each(manualPaths)('%s', (path) => {
  test('a document shows what its examples print', async () => {
    const rendered = await renderManual(path)
    if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(join(root, path), rendered)
    else expect(readManual(path)).toBe(rendered)
  })

  test('a document has only command lines that the program accepts', async () => {
    const mistakes: Record<string, string> = {}
    for (const words of listCommandLines(readManual(path))) {
      const mistake = await findMistake(words)
      if (mistake !== null) mistakes[words.join(' ')] = mistake
    }
    expect(mistakes).toEqual({})
  })

  test('a document names only options that exist', async () => {
    const program = await createParser()
    const commands = [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]
    const known = commands.flatMap(({ options }) => options.flatMap(({ short, long }) => [short, long]))
    const named = listInlineCode(readManual(path)).flatMap(
      (code) => code.match(/(?<!\S)--[a-z][\w-]*/g) ?? [],
    )
    expect(named.filter((flag) => ![...known, '--help'].includes(flag))).toEqual([])
  })

  test('a document links only to files and headings that exist', () => {
    const broken = listLinks(path).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      if (anchor === undefined) return readManual(target) === ''
      return !listAnchors(target).includes(anchor)
    })
    expect(broken).toEqual([])
  })
})

describe('the README', () => {
  test('the README is at most 16 KB', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(16 * 1024)
  })

  test('the README gives the commands that install, try and test, and CI runs the same test command', () => {
    const ci = readManual('.ci/run')
    expect(readme).toContain('\nnpm ci && npm run demo\n')
    expect(readme).toContain('\nnpm cit\n')
    expect(ci).toMatch(/^npm cit$/m)
  })

  test('the README has a row for every exit code, and none more', () => {
    const codes = listTableRows(readSection(readme, '## Exit codes')).map(([code]) => Number(code))
    expect(codes).toEqual(Object.values(exitCodes))
  })

  test('the README links to every topic, and to nothing else in their folder', () => {
    const links = listLinks('README.md').filter((link) => link.startsWith(topicsFolder))
    expect([...new Set(links)].sort()).toEqual(topicNames.map((name) => `${topicsFolder}/${name}.md`).sort())
    const files = readdirSync(join(root, topicsFolder))
    expect(files.sort()).toEqual(topicNames.map((name) => `${name}.md`).sort())
  })

  test('the README names every file and folder of src', () => {
    const [layout = ''] = readSection(readme, '## The code').split('\n\n| to add')
    const named = listTableRows(layout).flatMap(([cell = '']) => listInlineCode(cell))
    const entries = readdirSync(join(root, 'src'))
    expect(entries.filter((entry) => !named.includes(entry))).toEqual([])
  })
})
