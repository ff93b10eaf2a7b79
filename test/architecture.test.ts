import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { changeOutcomes } from '../src/domain/change-outcomes.ts'
import { outcomeCodes } from '../src/domain/outcome.ts'
import { runCommands } from '../src/domain/run-command.ts'

const root = resolve(import.meta.dirname, '..')
const sourceRoot = join(root, 'src')

interface Rule {
  /** Other folders or top-level files of src. */
  parts: string[]
  packages: string[]
  builtins: boolean
}

/** Imports that each folder or top-level file may have. The folders stand from the rules at the bottom to the front ends. */
const allowed: Record<string, Rule> = {
  domain: { parts: [], packages: [], builtins: false },
  errors: { parts: [], packages: [], builtins: false },
  'foreign-link': { parts: [], packages: [], builtins: true },
  'is-alive': { parts: [], packages: [], builtins: false },
  store: {
    parts: ['domain', 'errors', 'foreign-link'],
    packages: ['better-sqlite3'],
    builtins: true,
  },
  gitlab: { parts: ['domain', 'errors'], packages: [], builtins: true },
  'local-http': { parts: ['domain', 'errors'], packages: [], builtins: true },
  'played-gitlab': {
    parts: ['domain', 'errors', 'local-http', 'store'],
    packages: ['graphql'],
    builtins: true,
  },
  input: {
    parts: ['domain', 'errors'],
    packages: ['csv-parse', 'valibot'],
    builtins: true,
  },
  chart: { parts: ['domain'], packages: ['d3-scale', 'd3-shape'], builtins: false },
  report: {
    parts: ['chart', 'domain', 'errors', 'foreign-link', 'is-alive'],
    packages: ['chalk', 'csv-stringify', 'string-width'],
    builtins: true,
  },
  seats: { parts: ['domain', 'errors', 'store'], packages: [], builtins: false },
  config: { parts: [], packages: [], builtins: true },
  session: {
    parts: ['config', 'domain', 'errors', 'gitlab', 'input', 'is-alive', 'store'],
    packages: [],
    builtins: true,
  },
  orders: {
    parts: ['domain', 'errors', 'gitlab', 'seats', 'store'],
    packages: [],
    builtins: false,
  },
  push: { parts: ['domain', 'errors', 'gitlab', 'session', 'store'], packages: [], builtins: true },
  sync: {
    parts: ['domain', 'errors', 'gitlab', 'push', 'seats', 'session', 'store'],
    packages: [],
    builtins: true,
  },
  runs: {
    parts: ['domain', 'errors', 'gitlab', 'orders', 'push', 'seats', 'session', 'store', 'sync'],
    packages: [],
    builtins: false,
  },
  history: { parts: ['domain', 'errors', 'runs', 'seats', 'store'], packages: [], builtins: false },
  doctor: { parts: ['domain', 'errors', 'gitlab', 'seats', 'store', 'sync'], packages: [], builtins: false },
  page: {
    parts: [
      'config',
      'domain',
      'errors',
      'gitlab',
      'history',
      'input',
      'local-http',
      'orders',
      'report',
      'runs',
      'seats',
      'session',
      'store',
      'sync',
    ],
    packages: ['valibot'],
    builtins: true,
  },
  'page/browser': {
    parts: ['chart', 'domain', 'page'],
    packages: ['@tanstack/virtual-core', 'eventsource-parser', 'preact'],
    builtins: false,
  },
  cli: {
    parts: [
      'config',
      'doctor',
      'domain',
      'errors',
      'gitlab',
      'history',
      'input',
      'orders',
      'page',
      'played-gitlab',
      'report',
      'runs',
      'seats',
      'session',
      'store',
      'sync',
    ],
    packages: ['commander', 'open', 'ora'],
    builtins: true,
  },
  main: { parts: ['cli', 'domain', 'errors', 'report'], packages: ['commander'], builtins: true },
}

/** Files outside src that one folder reads when the program is built. */
const outsideFiles: Record<string, string> = {
  'played-gitlab': '../fixtures/gitlab/schema.graphql',
  main: '../package.json',
}

const files = readdirSync(sourceRoot, { encoding: 'utf8', recursive: true }).filter((file) =>
  /\.tsx?$/.test(file),
)

/** In capitals anywhere, and in small letters at the start of a text: `select` and `begin` are words as well. */
const sqlStatement =
  /\b(SELECT|INSERT INTO|DELETE FROM|UPDATE \w+ SET|(CREATE|ALTER|DROP) (TEMP )?TABLE|PRAGMA|BEGIN IMMEDIATE)\b|[`'"]\s*(select .* from|insert into|delete from|update \w+ set|(create|alter|drop) (temp )?table|pragma|begin immediate)\b/

const commandName = `'(${Object.keys(runCommands).join('|')})'`

const printing = /process\.std(out|err)|\bconsole\.|\bwriteSync\([12],|from 'node:process'/

const terminalCheck = /\bisTTY\b/

/** A branch for one command, which is a fact that belongs into the table of commands. */
const commandComparison = new RegExp(
  String.raw`[!=]== ${commandName}|${commandName} [!=]==|\bcase ${commandName}|${commandName}\]\.(includes|some)\(`,
)

function listFilesWith(pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(readFileSync(join(sourceRoot, file), 'utf8')))
}

function listImports(file: string): string[] {
  const text = readFileSync(join(sourceRoot, file), 'utf8')
  return [...text.matchAll(/(?:from |import\(|import )'([^']+)'/g)].map((match) => match[1] ?? '')
}

/** @returns the imported files of src, relative to it */
function listImportedFiles(file: string): string[] {
  return listImports(file)
    .filter((specifier) => specifier.startsWith('.') && /\.tsx?$/.test(specifier))
    .map((specifier) => normalize(join(dirname(file), specifier)))
}

/** `cli/commands` for `cli/commands/list.ts`. A file directly in src stands for itself. */
function folderOf(file: string): string {
  return file.includes('/') ? dirname(file) : file
}

function listImportedFolders(folder: string): string[] {
  const targets = files.filter((file) => folderOf(file) === folder).flatMap(listImportedFiles)
  return [...new Set(targets.map(folderOf))].filter((target) => target !== folder)
}

/** `domain` for `domain/run-plan.ts`, `cli` for `cli/commands/list.ts`, `main` for `main.ts`. */
function partOf(file: string): string {
  if (file.startsWith('page/browser/')) return 'page/browser'
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? ''
}

function isAllowed(file: string, specifier: string): boolean {
  const own = partOf(file)
  const rule = allowed[own]
  if (rule === undefined) return false
  if (specifier.startsWith('.')) {
    const target = normalize(join(dirname(file), specifier))
    return target.startsWith('..')
      ? target === outsideFiles[own]
      : [own, ...rule.parts].includes(partOf(target))
  }
  const bare = specifier.replace(/^node:/, '')
  if (builtinModules.includes(bare)) return rule.builtins && specifier.startsWith('node:')
  return rule.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`))
}

/**
 * Every circle of a graph, as the path from one of its nodes back to it.
 *
 * @param listTargets the nodes that a node points to
 */
function findCircles(nodes: readonly string[], listTargets: (node: string) => readonly string[]): string[] {
  const circles: string[] = []
  const done = new Set<string>()
  const visit = (node: string, path: readonly string[]) => {
    if (path.includes(node)) circles.push([...path.slice(path.indexOf(node)), node].join(' > '))
    if (path.includes(node) || done.has(node)) return
    for (const target of listTargets(node)) visit(target, [...path, node])
    done.add(node)
  }
  for (const node of nodes) visit(node, [])
  return circles
}

describe('the source', () => {
  test.each(files)('%s imports only what its folder may import', (file) => {
    const forbidden = listImports(file).filter((specifier) => !isAllowed(file, specifier))
    expect(forbidden).toEqual([])
  })

  test('no files import each other in a circle', () => {
    expect(findCircles(files, listImportedFiles)).toEqual([])
  })

  test('no folders import each other in a circle, also not a folder and one inside of it', () => {
    expect(findCircles([...new Set(files.map(folderOf))], listImportedFolders)).toEqual([])
  })

  test('no part may import upward, so none may import each other in a circle', () => {
    const order = Object.keys(allowed)
    const upward = order.flatMap((part, index) =>
      (allowed[part]?.parts ?? [])
        .filter((target) => !order.slice(0, index).includes(target))
        .map((target) => `${part} > ${target}`),
    )
    expect(upward).toEqual([])
  })

  test('every exported name is used in another file of src or of the tests', () => {
    const readTexts = (folder: string) =>
      readdirSync(folder, { encoding: 'utf8', recursive: true })
        .filter((file) => /\.tsx?$/.test(file))
        .map((file) => readFileSync(join(folder, file), 'utf8'))
    const sources = readTexts(sourceRoot)
    const users = new Map<string, number>()
    for (const text of [...sources, ...readTexts(import.meta.dirname)])
      for (const word of new Set(text.match(/\w+/g))) users.set(word, (users.get(word) ?? 0) + 1)
    const declaration = /^export (?:async |abstract )?(?:function\*?|class|const|let|interface|type) (\w+)/gm
    const exported = sources.flatMap((text) => [...text.matchAll(declaration)].map(([, name = '']) => name))
    expect(exported.filter((name) => users.get(name) === 1)).toEqual([])
  })

  test('a circle of imports is found', () => {
    const imports: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: [], d: ['a'] }
    expect(findCircles(Object.keys(imports), (node) => imports[node] ?? [])).toEqual(['a > b > d > a'])
  })

  test('nothing imports the command line but main', () => {
    const importers = Object.keys(allowed).filter((part) => allowed[part]?.parts.includes('cli'))
    expect(importers).toEqual(['main'])
  })

  test('only the file of its command imports the seat page', () => {
    const importers = files.filter((file) =>
      listImportedFiles(file).some((target) => partOf(target) === 'page'),
    )
    expect(importers.filter((file) => !partOf(file).startsWith('page'))).toEqual(['cli/commands/page.ts'])
  })

  test('the server and the browser share nothing but types and the domain', () => {
    const imported = files
      .filter((file) => partOf(file) === 'page/browser')
      .flatMap((file) => {
        const text = readFileSync(join(sourceRoot, file), 'utf8')
        return [...text.matchAll(/^(?:im|ex)port [^']* from '(\..*)'$/gm)].map(([line, path = '']) => ({
          line,
          part: partOf(normalize(join(dirname(file), path))),
        }))
      })
    const values = imported.filter(
      ({ line, part }) => part === 'page' && !/^(import|export) type /.test(line),
    )
    expect(values).toEqual([])
    expect(imported.filter(({ part }) => part === 'page')).not.toEqual([])
  })

  test.each([
    'SELECT 1 FROM runs',
    "UPDATE runs SET actor = ''",
    'PRAGMA user_version',
    'ALTER TABLE runs',
    '`select 1 from runs`',
    "'pragma user_version'",
  ])('the statement %s is found', (statement) => {
    expect(statement).toMatch(sqlStatement)
  })

  test('no file outside of the store has an SQL statement', () => {
    expect(listFilesWith(sqlStatement).filter((file) => partOf(file) !== 'store')).toEqual([])
  })

  test('the statements of the store have known outcomes, and get those of a change from its table', () => {
    const texts = files
      .filter((file) => /^store\/[^/]+$/.test(file))
      .map((file) => readFileSync(join(sourceRoot, file), 'utf8'))
    const compared = texts.flatMap(
      (text) => text.match(/\boutcome (=|<>|IN|IS|IS NOT) \(?('\w+'(, )?)+/g) ?? [],
    )
    const found = new Set(compared.flatMap((text) => text.match(/(?<=')\w+(?=')/g) ?? []))
    const ofChanges = Object.values(changeOutcomes).flatMap((row) => Object.values<string>(row))
    const known = outcomeCodes.filter((code) => !ofChanges.includes(code))
    expect(found).toContain('not_attempted')
    expect([...found].filter((code) => !known.some((outcome) => outcome === code))).toEqual([])
  })

  test('no file outside of the client and the played GitLab has an error code of GitLab', () => {
    const table = readFileSync(join(sourceRoot, 'gitlab/refusals.ts'), 'utf8')
    const codes = [...table.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, code = '']) => code)
    expect(codes).toContain('NOT_ENOUGH_SEATS')
    const others = listFilesWith(new RegExp(codes.join('|')))
    expect(others.filter((file) => !['gitlab', 'played-gitlab'].includes(partOf(file)))).toEqual([])
  })

  test.each([
    "if (command === 'apply') return",
    "'undo' !== command",
    "case 'bulk-assign':",
    "['apply', 'undo'].includes(command)",
  ])('the branch %s for one command is found', (branch) => {
    expect(branch).toMatch(commandComparison)
  })

  test('no file outside of the orders has a branch for one command of runs', () => {
    expect(listFilesWith(commandComparison).filter((file) => partOf(file) !== 'orders')).toEqual([])
  })

  test.each([
    "process.stdout.write('done')",
    'const { stream = process.stderr } = options',
    "console.log('done')",
    "writeSync(1, 'done')",
    "import { stdout } from 'node:process'",
  ])('the printing %s is found', (statement) => {
    expect(statement).toMatch(printing)
  })

  test('no file outside of the reports and the front ends prints', () => {
    expect(
      listFilesWith(printing).filter((file) => !['cli', 'main', 'report'].includes(partOf(file))),
    ).toEqual([])
  })

  test.each(['if (process.stdin.isTTY) ask()', 'const { isTTY } = stream'])(
    'the look for a terminal %s is found',
    (statement) => {
      expect(statement).toMatch(terminalCheck)
    },
  )

  test('no file outside of the command line and the reports looks for a terminal', () => {
    expect(listFilesWith(terminalCheck).filter((file) => !['cli', 'report'].includes(partOf(file)))).toEqual(
      [],
    )
  })

  test('no file of the domain reads a clock, the environment or a random number', () => {
    const impure = listFilesWith(/\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bprocess\./)
    expect(impure.filter((file) => ['domain', 'chart'].includes(partOf(file)))).toEqual([])
  })

  test('no file ends the process: only the binary sets the exit code', () => {
    expect(listFilesWith(/process\.(exit\(|exitCode)/)).toEqual([])
  })
})

test('csv-parse is pinned to one version, since its counters are overwritten', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(manifest.devDependencies['csv-parse']).toMatch(/^\d+\.\d+\.\d+$/)
})
