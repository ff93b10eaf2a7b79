import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { topicNames } from '../../src/cli/help/help-topics.ts'
import { renderMarkdown } from '../../src/cli/help/render-markdown.ts'
import { checkNames } from '../../src/domain/check.ts'
import { outcomeCodes } from '../../src/domain/outcome.ts'
import { pushedStates } from '../../src/domain/seat-change.ts'
import { syncChangeCodes } from '../../src/domain/sync-change.ts'
import { userStates } from '../../src/domain/user.ts'
import { exitCodes } from '../../src/errors.ts'
import { formatNames } from '../../src/report/formats/formats.ts'
import { reportKindNames } from '../../src/report/kinds/report-kinds.ts'
import { plainStyle } from '../../src/report/style.ts'
import { isNarrow } from '../../src/report/table/text-width.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import {
  createParser,
  listCodeBlocks,
  listInlineCode,
  listTableRows,
  readSection,
  readTopicSource,
  root,
  withoutCodeBlocks,
} from '../support/manual.ts'
import { runMain, runMainExpecting } from '../support/run-main.ts'
import { openTeam } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'

function readTopic(name: string): Promise<string> {
  return runMainExpecting(0, ['help', name])
}

/** The variables that `src/config.ts` takes from the environment. */
function listVariables(): string[] {
  const config = readFileSync(join(root, 'src/config.ts'), 'utf8')
  return [...config.matchAll(/^ {2}([A-Za-z_]+)\?: string/gm)].map((match) => match[1] ?? '')
}

/** The inline code in the first cells of all tables. */
function listKeys(markdown: string): string[] {
  return listTableRows(markdown).flatMap(([cell = '']) => listInlineCode(cell))
}

/** The inline code in the second cell of the row that begins with a key. */
function listValues(markdown: string, key: string): string[] {
  const row = listTableRows(markdown).find(([cell]) => cell === `\`${key}\``)
  return listInlineCode(row?.[1] ?? '')
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => [...line].length))
}

test.each(['help', '--help'])('%s names every topic', async (word) => {
  const help = await runMainExpecting(0, [word])
  const [, list = ''] = help.split(/^Topics.*\n/m)
  expect(list.trim().split(/,\s+/)).toEqual(topicNames)
})

describe.each(topicNames)('help %s', (name) => {
  test('a topic prints text without marks, at most 80 columns wide, if there is no terminal', async () => {
    const text = await readTopic(name)
    expect(widthOf(text)).toBeLessThanOrEqual(80)
    const code = new Set(listCodeBlocks(readTopicSource(name)).flatMap(({ text }) => text.split('\n')))
    const prose = text.split('\n').filter((line) => !code.has(line.slice(4)))
    expect(prose.filter((line) => /^```|\*\*|\]\(|^\s*\|/.test(line))).toEqual([])
  })

  test.each([60, 80, 120])('a topic fits a terminal of %i columns', (width) => {
    const text = renderMarkdown(readTopicSource(name), { style: plainStyle, width })
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([])
  })

  test('a topic has shell commands that need no further line breaks at 60 columns', () => {
    const shell = listCodeBlocks(readTopicSource(name)).filter(({ language }) => language !== 'console')
    const lines = shell.filter(({ language }) => language !== 'json').flatMap(({ text }) => text.split('\n'))
    expect(lines.filter((line) => line.length > 56)).toEqual([])
  })

  test('a topic has only characters that are one column wide', () => {
    const prose = withoutCodeBlocks(readTopicSource(name))
    expect(prose.split('\n').filter((line) => !isNarrow(line))).toEqual([])
  })

  test('a topic has blank lines around headings, lists, tables and code', () => {
    const blocks = withoutCodeBlocks(readTopicSource(name)).split(/\n{2,}/)
    const mixed = blocks.filter((block) => {
      const kinds = block
        .trim()
        .split('\n')
        .map((line) => /^(#|\||-|\d+\.(?= ))/.exec(line)?.[0].slice(-1) ?? '')
      const [first] = kinds
      if (first === '#') return kinds.length > 1
      return kinds.some(
        (kind) => kind !== first && (kind === '|' || kind === '#' || first === '|' || first === ''),
      )
    })
    expect(mixed).toEqual([])
  })
})

test('topics are loaded only when they are shown', async () => {
  const load = async (args: string[]) => {
    const { stderr } = await new Workdir().run(args, { env: { NODE_DEBUG: 'module' } })
    return topicNames.filter((name) => stderr.includes(`/${name}-`))
  }
  expect(await load(['--help'])).toEqual([])
  expect(await load(['--version'])).toEqual([])
  expect(await load(['help', 'csv'])).toEqual(['csv'])
})

test('help exit-codes has a row for every exit code, and none more', () => {
  const [codes = ''] = readTopicSource('exit-codes').split('## ')
  expect(listTableRows(codes).map(([code]) => Number(code))).toEqual(Object.values(exitCodes))
  const named = listTableRows(codes).flatMap(([code, name = '']) =>
    listInlineCode(name).map((word) => [word, Number(code)]),
  )
  expect(exitCodes).toMatchObject(Object.fromEntries(named))
})

test('help environment has every variable that the source reads, and none more', () => {
  const variables = listVariables()
  expect(variables.length).toBeGreaterThan(10)
  const known = [...variables, 'TMPDIR', 'GITLAB_TOKEN_<HOST>']
  expect(listKeys(readTopicSource('environment')).sort()).toEqual(known.sort())
})

describe('help outcomes', () => {
  test('help outcomes has a row for every outcome, and none more', () => {
    const [table = ''] = readTopicSource('outcomes').split('## ')
    expect(listKeys(table)).toEqual(outcomeCodes)
  })

  test('help outcomes has every state of a user as a reason', () => {
    const reasons = listKeys(readSection(readTopicSource('outcomes'), '## Eligibility'))
    expect(reasons).toEqual(expect.arrayContaining(userStates.filter((state) => state !== 'active')))
  })
})

describe('help commands', () => {
  const topic = readTopicSource('commands')
  const shared = new Map(
    listTableRows(readSection(topic, '## Options of several commands')).map(([cell = '']) => {
      const flags = cell.replaceAll('`', '')
      return [/--[\w-]+/.exec(flags)?.[0] ?? '', flags]
    }),
  )

  /** The flags of a section: those of its own table, and those of the shared table that it names. */
  function listFlags(section: string): string[] {
    const own = listKeys(section).filter((code) => code.includes('--'))
    const named = /^It (?:also )?takes ([\s\S]*?)\.(?: |\n)/m.exec(section)?.[1] ?? ''
    return [...own, ...listInlineCode(named).map((long) => shared.get(long) ?? `unknown: ${long}`)]
  }

  test('help commands has the options that every command takes, and none more', async () => {
    const program = await createParser()
    const flags = program.options.map((option) => option.flags)
    const section = readSection(topic, '## Options of every command')
    expect(listKeys(section).sort()).toEqual([...flags, '-h, --help'].sort())
  })

  test('help commands has a section for every command, with exactly its options', async () => {
    const { commands } = await createParser()
    for (const command of commands.filter((one) => one.name() !== 'help')) {
      const section = readSection(topic, `## ${command.name()}`)
      const flags = command.options.filter(({ hidden }) => !hidden).map((option) => option.flags)
      expect([command.name(), listFlags(section).sort()]).toEqual([command.name(), flags.sort()])
      for (const nested of command.commands) expectNested(command, nested, section)
    }
  })

  function expectNested(command: Command, nested: Command, section: string): void {
    const [, paragraph = ''] = section.split(`\n\`${command.name()} ${nested.name()}\` `)
    const named = listInlineCode(/It takes ([\s\S]*?)\./.exec(paragraph)?.[1] ?? '')
    expect(named).toEqual(nested.options.filter(({ hidden }) => !hidden).map(({ long }) => long))
  }

  test('help commands describes no shared option that no command takes', async () => {
    const { commands } = await createParser()
    const known = commands.flatMap((command) => command.options.map(({ flags }) => flags))
    expect([...shared.values()].filter((flags) => !known.includes(flags))).toEqual([])
  })
})

test('help reports has a row and a section for every kind of --report, and none more', () => {
  const topic = readTopicSource('reports')
  const [kinds = ''] = topic.split('\n## ')
  expect(listKeys(kinds)).toEqual(reportKindNames)
  expect([...topic.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(reportKindNames)
})

test('help commands and help formats have every value of --format that all reports take, and none more', () => {
  const row = listTableRows(readTopicSource('commands')).find(([cell]) => cell === '`--format <format>`')
  expect(listInlineCode(row?.[1] ?? '')).toEqual(formatNames)
  const [, values = ''] = readTopicSource('formats').split(' is printed: ')
  expect(listInlineCode(values.split('.')[0] ?? '')).toEqual(formatNames)
})

test('help serve has exactly the options of the command', async () => {
  const { commands } = await createParser()
  const serve = commands.find((command) => command.name() === 'serve')
  const flags = listKeys(readTopicSource('serve')).filter((code) => code.startsWith('--'))
  expect(flags).toEqual(serve?.options.map((option) => option.flags))
})

describe('help formats', () => {
  const topic = readTopicSource('formats')

  interface Documents {
    run: { run: object; summary: object; results: object[] }
    list: { purchase: object; users: object[] }
    sync: { snapshot: object; summary: object; changes: object[] }
    runs: { user: object; runs: object[] }
    show: { run: object }
    doctor: { checks: { check: string }[] }
  }

  const keysOf = (value: object | undefined) => Object.keys(value ?? {})
  /** The keys of the first table of a section: those of the document. */
  const listDocumentKeys = (heading: string) =>
    listKeys(
      readSection(topic, heading)
        .trim()
        .split('\n\n')
        .find((block) => block.startsWith('| key | ')) ?? '',
    )

  test('help formats has exactly the keys that the documents of a linked store have', async () => {
    const team = await openLinkedTeam()
    const run = await team.runForJson<Documents['run']>(0, ['assign', 'carol'])
    const section = readSection(topic, '## A run')
    expect(listDocumentKeys('## A run').filter((key) => key !== 'refusal')).toEqual(keysOf(run))
    expect(listValues(section, 'run')).toEqual(keysOf(run.run))
    expect(listValues(section, 'summary')).toEqual(keysOf(run.summary))
    const [, summary = '', result = ''] = section.split(/^\| key of .*$/m)
    expect(listKeys(`| |\n| |${summary}`).sort()).toEqual(keysOf(run.summary).sort())
    expect(listKeys(`| |\n| |${result}`)).toEqual(keysOf(run.results[0]))
    expect(listValues(`| |\n| |${result}`, 'pushed')).toEqual(pushedStates)

    const list = await team.inProcess.runForJson<Documents['list']>(0, ['list'])
    expect(listDocumentKeys('## list')).toEqual(keysOf(list))
    expect(listValues(readSection(topic, '## list'), 'purchase')).toEqual(keysOf(list.purchase))
    expect(listValues(readSection(topic, '## list'), 'users')).toEqual(keysOf(list.users[0]))

    const runs = await team.inProcess.runForJson<Documents['runs']>(0, ['runs'])
    const ofUser = await team.inProcess.runForJson<Documents['runs']>(0, ['runs', '--user', 'carol'])
    const listed = readSection(topic, '## runs')
    expect(listDocumentKeys('## runs')).toEqual(keysOf(runs))
    expect(listValues(listed, 'runs')).toEqual(keysOf(runs.runs[0]))
    expect(listValues(listed, 'user')).toEqual(keysOf(ofUser.user))
    expect(keysOf(ofUser.runs[0])).toEqual([...keysOf(runs.runs[0]), ...keysOf(run.results[0])])

    const shown = await team.inProcess.runForJson<Documents['show']>(0, ['runs', 'show', '1'])
    expect(listDocumentKeys('## runs show')).toEqual(keysOf(shown))
    expect(listValues(readSection(topic, '## runs show'), 'run')).toEqual(keysOf(shown.run))
  })

  test('help formats has exactly the keys that a refused run has', async () => {
    const team = await openLinkedTeam()
    team.workdir.write('list.csv', 'username\ncarol\n')
    const apply = ['apply', 'list.csv', '--dry-run', '--max-removals', '0']
    const refused = await team.runForJson<{ refusal: object }>(5, apply)
    expect(listDocumentKeys('## A run')).toEqual(keysOf(refused))
    expect(listValues(readSection(topic, '## A run'), 'refusal')).toEqual(keysOf(refused.refusal))
  })

  test('help formats has exactly the keys that a sync prints', async () => {
    const workdir = new Workdir()
    const snapshot = join(root, 'fixtures/snapshot.json')
    const sync = await workdir.runForJson<Documents['sync']>(0, ['sync', '--from', snapshot])
    const section = readSection(topic, '## sync')
    expect(listDocumentKeys('## sync')).toEqual(keysOf(sync))
    expect(listValues(section, 'snapshot')).toEqual(keysOf(sync.snapshot))
    expect(listValues(section, 'changes')).toEqual(keysOf(sync.changes[0]))
    expect(listValues(section, 'pushed').sort()).toEqual([...pushedStates].sort())
    const [, codes = ''] = section.split(/^\| `change` .*$/m)
    expect(listKeys(`| |\n| |${codes}`).sort()).toEqual([...syncChangeCodes].sort())
    expect(keysOf(sync.summary).sort()).toEqual([...syncChangeCodes, 'activity_updated'].sort())
  })

  test('help formats has exactly the keys and checks that doctor prints', async () => {
    const { stdout } = await new Workdir().inProcess.run(['doctor', '--format', 'json'])
    const doctor: Documents['doctor'] = JSON.parse(stdout)
    const section = readSection(topic, '## doctor')
    expect(listDocumentKeys('## doctor')).toEqual(keysOf(doctor))
    expect(listValues(section, 'checks')).toEqual(keysOf(doctor.checks[0]))
    expect(doctor.checks.map(({ check }) => check)).toEqual(checkNames)
    const [, names = ''] = section.split('These are the checks: ')
    expect(listInlineCode(names)).toEqual(checkNames)
  })

  test('help formats has exactly the keys and codes of an error', async () => {
    const { stdout } = await new Workdir().inProcess.run(['list', '--format', 'json'])
    const section = readSection(topic, '## Errors')
    const document: { error: object } = JSON.parse(stdout)
    expect(listDocumentKeys('## Errors')).toEqual(keysOf(document))
    expect(listValues(section, 'error')).toEqual(keysOf(document.error))
    const [, codes = ''] = section.split('The `code` is ')
    const names = Object.keys(exitCodes).filter((name) => !['ok', 'incomplete', 'different'].includes(name))
    expect(listInlineCode(codes)).toEqual(names)
  })
})

describe('help csv', () => {
  test('help csv shows a list that bulk-assign takes', async () => {
    const [example] = listCodeBlocks(readTopicSource('csv'))
    const text = example?.text ?? ''
    expect(text).toContain('username')
    const workdir = await openTeam()
    const { results } = await workdir.runForJson<{ results: { line: number; input: string }[] }>(
      3,
      ['bulk-assign', '-'],
      { stdin: text },
    )
    expect(results.map(({ line, input }) => [line, input])).toEqual([
      [2, 'ada'],
      [3, '@grace'],
      [5, 'margaret@example.com'],
    ])
    const shown = await readTopic('csv')
    for (const line of text.trimEnd().split('\n')) expect(shown).toContain(`\n    ${line}\n`)
  })

  test('help csv names columns that bulk-assign knows', async () => {
    const rows = listTableRows(readSection(readTopicSource('csv'), '## Columns'))
    const names = rows.flatMap(([name = '', others = '']) => listInlineCode(`${name} ${others}`))
    expect(names).toHaveLength(9)
    for (const name of names) {
      const workdir = await openTeam()
      await workdir.inProcess.runExpecting(0, ['bulk-assign', '-'], { stdin: `${name}\n` })
    }
  })

  test('help csv names options that bulk-assign has', async () => {
    const { commands } = await createParser()
    const bulkAssign = commands.find((command) => command.name() === 'bulk-assign')
    const flags = listKeys(readSection(readTopicSource('csv'), '## Options'))
    expect(flags).toHaveLength(4)
    expect(bulkAssign?.options.map((option) => option.flags)).toEqual(expect.arrayContaining(flags))
  })
})

test('help runs show is the help of that command', async () => {
  const page = await runMainExpecting(0, ['help', 'runs', 'show'])
  expect(page).toMatch(/^Usage: duo-seats runs show /)
  expect(page).not.toContain('--since')
  expect(await runMainExpecting(0, ['runs', 'show', '--help'])).toBe(page)
})

test.each(['help csv exit-codes', 'help runs nonsense', 'help toString'])('%s is a mistake', async (args) => {
  const { code, stdout, stderr } = await runMain(args.split(' '))
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(`error: no command and no help topic is called '${args.slice(5)}'\n`)
})
