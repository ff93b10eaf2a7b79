import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Contender, compete, removeStore } from './compete.ts'
import { benchLinked } from './linked.ts'
import { makeData, makeDrift, nameOf } from './make-data.ts'
import { type Cost, measure, takeMedians } from './measure.ts'
import { benchPage } from './page.ts'
import { type SetBasedCommand, writeSetBasedScript } from './set-based.ts'

const root = resolve(import.meta.dirname, '../..')
const binary = join(root, 'bin/duo-seats.js')
const rowByRow = join(root, 'test/bench/row-by-row.cjs')
const node = process.execPath
const incomplete = 3

/** The page cache of duo-seats, for the shell as well. */
const cacheKib = 12 * 1024

const sizes = readSizes('BENCH_ROWS', '10000,100000,1000000')
const applySizes = readSizes('BENCH_APPLY', '100000')
const linkedPushSizes = readSizes('BENCH_PUSH', '1000,10000')
const linkedSyncSizes = readSizes('BENCH_SYNC', '10000,100000')
const pageSizes = readSizes('BENCH_PAGE', '100000')
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)

/** Reads sizes from the environment; an empty text means none. */
function readSizes(variable: string, usual: string): number[] {
  return (process.env[variable] ?? usual)
    .split(',')
    .map(Number)
    .filter((size) => size > 0)
}

const duoSeats: Contender = {
  name: 'duo-seats',
  run: (store, { csv }) =>
    measure([node, binary, 'bulk-assign', csv, '--quiet', '--store', store], incomplete),
}

const duoSeatsPrinting: Contender[] = ['table', 'ndjson'].map((format) => ({
  name: `duo-seats, ${format}`,
  run: (store, { csv }) =>
    measure([node, binary, 'bulk-assign', csv, '--format', format, '--store', store], incomplete),
}))

/** Does the work of a command in the `sqlite3` shell, with set-based SQL. */
function runInShell(command: SetBasedCommand): Contender['run'] {
  return (store, { csv }) =>
    measure(['sqlite3', store], 0, { input: writeSetBasedScript(command, csv, cacheKib) })
}

const setBased: Contender = {
  name: 'sqlite3 shell',
  run: runInShell('bulk-assign'),
}

const oneByOne: Contender = {
  name: 'row by row',
  isSlow: true,
  run: (store, { csv }) => measure([node, rowByRow, store, csv]),
}

const applying: Contender = {
  name: 'duo-seats',
  run: (store, { csv }) =>
    measure([node, binary, 'apply', csv, '--yes', '--max-removals', '100%', '--quiet', '--store', store]),
}

const givingOnly: Contender = {
  name: 'bulk-assign, same list',
  run: (store, { csv }) => measure([node, binary, 'bulk-assign', csv, '--quiet', '--store', store]),
}

const setBasedApply: Contender = { name: 'sqlite3 shell', run: runInShell('apply') }

const mostRowsOneByOne = 100_000

function requireTools(): void {
  for (const [tool, flag] of [
    ['sqlite3', '--version'],
    ['/usr/bin/time', '--version'],
  ] as const) {
    if (spawnSync(tool, [flag]).error === undefined) continue
    throw new Error(`${tool} is missing. On Debian: apt-get install sqlite3 time`)
  }
}

function formatRow(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(24) : String(cell).padStart(12)))
    .join('')
}

function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

async function benchBulk(folder: string, rows: number): Promise<void> {
  const data = await makeData(folder, rows)
  const base = join(folder, 'base.db')
  const takeSnapshot = [node, binary, 'sync', '--from', data.snapshot, '--quiet', '--store', base]
  const syncs: [string, Cost][] = [
    ['sync --from, once', measure(takeSnapshot)],
    ['sync --from, again', measure(takeSnapshot)],
  ]
  rmSync(data.snapshot)
  const contenders = [duoSeats, ...duoSeatsPrinting, setBased, ...(rows > mostRowsOneByOne ? [] : [oneByOne])]
  const costs = compete(contenders, [duoSeats, setBased], data, base, rounds)

  print(`\n${rows} rows (store ${Math.round(statSync(base).size / 1e6)} MB)`)
  printCosts(costs, rows)
  for (const [name, { wallSeconds, cpuSeconds, peakMib }] of syncs)
    print(formatRow([name, wallSeconds.toFixed(2), cpuSeconds.toFixed(2), peakMib.toFixed(0)]))
  removeStore(base)
}

/** Applies a list that differs from the holders by 10 %: half of them lose a seat, half get one. */
async function benchApply(folder: string, holders: number): Promise<void> {
  const data = await makeDrift(folder, holders, holders / 20)
  const base = join(folder, 'base.db')
  measure([node, binary, 'sync', '--from', data.snapshot, '--quiet', '--store', base])
  const contenders = [applying, givingOnly, setBasedApply]
  const costs = compete(contenders, [applying, setBasedApply], data, base, rounds)
  print(`\napply, ${holders} holders, ${holders / 20} to take and as many to give`)
  printCosts(costs, data.rows)
  removeStore(base)
}

/** The first one is what the others are compared with. */
function printCosts(costs: Map<string, Cost>, rows: number): void {
  const [own] = costs.values()
  print(formatRow(['', 'wall s', 'CPU s', 'peak MiB', 'rows/s', 'x duo-seats']))
  for (const [name, { wallSeconds, cpuSeconds, peakMib }] of costs)
    print(
      formatRow([
        name,
        wallSeconds.toFixed(2),
        cpuSeconds.toFixed(2),
        peakMib.toFixed(0),
        Math.round(rows / wallSeconds),
        (wallSeconds / (own?.wallSeconds ?? Number.NaN)).toFixed(2),
      ]),
    )
}

async function benchStart(folder: string): Promise<void> {
  const { snapshot } = await makeData(folder, 1_000)
  const store = join(folder, 'start.db')
  measure([node, binary, 'sync', '--from', snapshot, '--quiet', '--store', store])
  const commands: Record<string, string[]> = {
    'node -e 0': [node, '-e', '0'],
    '--version': [node, binary, '--version'],
    '--help': [node, binary, '--help'],
    list: [node, binary, 'list', '--store', store],
    'list --all, 1,000 rows': [node, binary, 'list', '--all', '--store', store],
    'assign, one user': [node, binary, 'assign', nameOf(7), '--store', store],
  }
  const costs = new Map<string, Cost[]>(Object.keys(commands).map((name) => [name, []]))
  for (let round = 0; round < rounds * 10; round += 1)
    for (const [name, command] of Object.entries(commands)) costs.get(name)?.push(measure(command))

  const medians = new Map([...costs].map(([name, measured]) => [name, takeMedians(measured)]))
  const bare = medians.get('node -e 0')?.wallSeconds ?? Number.NaN
  print('\nStart-up')
  print(formatRow(['', 'wall ms', 'peak MiB', 'x node -e 0']))
  for (const [name, { wallSeconds, peakMib }] of medians)
    print(
      formatRow([name, (wallSeconds * 1000).toFixed(0), peakMib.toFixed(0), (wallSeconds / bare).toFixed(2)]),
    )
}

/** Linked work waits for GitLab, so it is compared with the least time that the calls can take. */
async function benchLinkedWork(folder: string): Promise<void> {
  print('\nLinked, against serve --latency 30ms, 4 calls in flight')
  print(formatRow(['', 'wall s', 'ideal s', 'x ideal', 'CPU s', 'peak MiB']))
  const jobs = await benchLinked(folder, linkedPushSizes, linkedSyncSizes, rounds)
  for (const { name, idealSeconds, cost } of jobs) {
    const { wallSeconds, cpuSeconds, peakMib } = cost
    print(
      formatRow([
        name,
        wallSeconds.toFixed(2),
        idealSeconds.toFixed(2),
        (wallSeconds / idealSeconds).toFixed(2),
        cpuSeconds.toFixed(2),
        peakMib.toFixed(0),
      ]),
    )
  }
}

async function benchPages(folder: string, users: number): Promise<void> {
  print(`\nThe page, ${users} users`)
  print(formatRow(['', 'ms']))
  for (const [name, milliseconds] of await benchPage(folder, users, rounds))
    print(formatRow([name.padEnd(32), milliseconds.toFixed(0)]))
}

requireTools()
if (!existsSync(binary)) throw new Error('Build first: npm run build')
const folder = mkdtempSync(join(tmpdir(), 'duo-seats-bench-'))
print(
  `node ${process.version}, ${availableParallelism()} cores; medians of ${rounds} rounds, row by row once`,
)
try {
  await benchStart(folder)
  for (const rows of sizes) await benchBulk(folder, rows)
  for (const holders of applySizes) await benchApply(folder, holders)
  await benchLinkedWork(folder)
  for (const users of pageSizes) await benchPages(folder, users)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
