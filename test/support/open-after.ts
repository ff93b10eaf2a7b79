import { readFileSync } from 'node:fs'
import { makeStore } from './fill-store.ts'
import { frozenClock } from './frozen-clock.ts'
import { makeTeamSnapshot } from './sample-team.ts'
import { Workdir } from './workdir.ts'

/** Stores by their facts and the command lines that have run in them. */
const stores = new Map<string, Promise<Buffer>>()

/**
 * A directory with nothing but a store of the team in which command lines have run, each with exit code 0 and at the frozen
 * clock. Equal lines run once for all tests.
 *
 * @param lines without options that need a file; no argument may contain a space
 */
export async function openTeamAfter(lines: readonly string[], facts: object = {}): Promise<Workdir> {
  const workdir = new Workdir()
  workdir.write('store.db', await findStore(lines, facts))
  return workdir
}

function findStore(lines: readonly string[], facts: object): Promise<Buffer> {
  const key = JSON.stringify([facts, lines])
  const store = stores.get(key) ?? runLines(lines, facts)
  stores.set(key, store)
  return store
}

async function runLines(lines: readonly string[], facts: object): Promise<Buffer> {
  const last = lines.at(-1)
  if (last === undefined) return makeStore(makeTeamSnapshot(facts))
  const workdir = await openTeamAfter(lines.slice(0, -1), facts)
  await workdir.inProcess.runExpecting(0, last.split(' '), { env: frozenClock })
  return readFileSync(workdir.join('store.db'))
}

/** Prepares a store once. @returns a function that opens a directory with nothing but a copy of the store */
export function shareStore(prepare: () => Promise<Workdir>): () => Promise<Workdir> {
  let store: Promise<Buffer> | null = null
  return async () => {
    store ??= prepare().then((prepared) => readFileSync(prepared.join('store.db')))
    const workdir = new Workdir()
    workdir.write('store.db', await store)
    return workdir
  }
}
