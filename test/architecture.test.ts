import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const sourceRoot = resolve(import.meta.dirname, '../src')

/** Who may import whom: parts of src, and packages. What is not listed is forbidden. */
const allowed: Record<string, { parts: string[]; packages: string[]; builtins: boolean }> = {
  domain: { parts: [], packages: [], builtins: false },
  store: { parts: ['domain', 'errors'], packages: ['better-sqlite3'], builtins: true },
  gitlab: { parts: ['domain', 'errors'], packages: ['undici'], builtins: true },
  server: { parts: ['domain', 'errors', 'store'], packages: ['graphql', 'graphql-yoga'], builtins: true },
  input: { parts: ['domain', 'errors'], packages: ['csv-parse', 'valibot'], builtins: true },
  report: { parts: ['domain'], packages: ['chalk', 'cli-table3', 'csv-stringify', 'ora'], builtins: true },
  workflows: { parts: ['domain', 'errors', 'store', 'gitlab'], packages: [], builtins: false },
  commands: {
    parts: ['app', 'config', 'domain', 'errors', 'gitlab', 'input', 'report', 'server', 'store', 'workflows'],
    packages: ['commander'],
    builtins: true,
  },
  errors: { parts: [], packages: [], builtins: false },
  config: { parts: ['domain'], packages: [], builtins: true },
  app: {
    parts: ['config', 'domain', 'errors', 'gitlab', 'input', 'report', 'store'],
    packages: [],
    builtins: true,
  },
  main: {
    parts: ['app', 'commands', 'config', 'domain', 'errors', 'report'],
    packages: ['commander'],
    builtins: true,
  },
}

const files = readdirSync(sourceRoot, { encoding: 'utf8', recursive: true }).filter((file) =>
  file.endsWith('.ts'),
)

function listImports(file: string): string[] {
  const text = readFileSync(join(sourceRoot, file), 'utf8')
  return [...text.matchAll(/(?:from|import\(|import) '([^']+)'/g)].map((match) => match[1] ?? '')
}

/** `domain` for `domain/plan.ts`, `main` for `main.ts`. */
function partOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? ''
}

function isAllowed(file: string, specifier: string): boolean {
  const own = partOf(file)
  const rule = allowed[own]
  if (rule === undefined) return false
  if (specifier.startsWith('.')) {
    const target = normalize(join(dirname(file), specifier))
    return target.startsWith('..')
      ? target === (own === 'server' ? '../fixtures/gitlab/schema.graphql' : '../package.json')
      : [own, ...rule.parts].includes(partOf(target))
  }
  const bare = specifier.replace(/^node:/, '')
  if (builtinModules.includes(bare)) return rule.builtins && specifier.startsWith('node:')
  return rule.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`))
}

describe('the source', () => {
  test.each(files)('%s imports only what its folder may import', (file) => {
    const forbidden = listImports(file).filter((specifier) => !isAllowed(file, specifier))
    expect(forbidden).toEqual([])
  })

  test('speaks SQL in the store only', () => {
    const statement = /\b(SELECT|INSERT INTO|DELETE FROM|CREATE TABLE|BEGIN IMMEDIATE)\b/
    const speakers = files.filter((file) => statement.test(readFileSync(join(sourceRoot, file), 'utf8')))
    expect(speakers.filter((file) => partOf(file) !== 'store')).toEqual([])
  })

  test('ends the process nowhere: only the binary sets the exit code', () => {
    const enders = files.filter((file) =>
      /process\.(exit\(|exitCode)/.test(readFileSync(join(sourceRoot, file), 'utf8')),
    )
    expect(enders).toEqual([])
  })
})
