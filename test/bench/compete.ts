import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import type { BenchData } from './make-data.ts'
import { type Cost, takeMedians } from './measure.ts'

/** One way to do the work, on a new copy of the store each time. */
export interface Contender {
  name: string
  /** One round takes longer than all rounds of the others, so it runs once. */
  isSlow?: boolean
  run(store: string, data: BenchData): Cost
}

/**
 * Runs the contenders in turn, so that a slow minute of the machine hits all of them.
 *
 * @param alike two contenders that must write the same results
 * @returns the medians by name
 */
export function compete(
  contenders: readonly Contender[],
  alike: readonly [Contender, Contender],
  data: BenchData,
  base: string,
  rounds: number,
): Map<string, Cost> {
  requireSameResults(alike, base, data)
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      if (contender.isSlow && round > 0) continue
      const cost = onCopy(base, 'round', (store) => contender.run(store, data))
      costs.get(contender.name)?.push(cost)
    }
  }
  return new Map([...costs].map(([name, measured]) => [name, takeMedians(measured)]))
}

/** Compares every result and every seat. */
function requireSameResults(
  [own, other]: readonly [Contender, Contender],
  base: string,
  data: BenchData,
): void {
  const columns = 'number, line, input, user_id, outcome, reason, detail, duplicate_of'
  const { stdout, stderr } = onCopy(base, 'own', (ownStore) =>
    onCopy(base, 'other', (otherStore) => {
      own.run(ownStore, data)
      other.run(otherStore, data)
      return spawnSync('sqlite3', [otherStore], {
        encoding: 'utf8',
        input: `
          ATTACH '${ownStore}' AS own;
          SELECT count(*) FROM (SELECT ${columns} FROM main.results EXCEPT SELECT ${columns} FROM own.results);
          SELECT count(*) FROM (SELECT ${columns} FROM own.results EXCEPT SELECT ${columns} FROM main.results);
          SELECT count(*) FROM (SELECT user_id FROM main.seats EXCEPT SELECT user_id FROM own.seats);
          SELECT count(*) FROM (SELECT user_id FROM own.seats EXCEPT SELECT user_id FROM main.seats);
        `,
      })
    }),
  )
  if (stdout !== '0\n0\n0\n0\n') throw new Error(`${other.name} wrote other results: ${stdout}${stderr}`)
}

function onCopy<T>(base: string, name: string, work: (store: string) => T): T {
  const store = `${base}.${name}`
  copyFileSync(base, store)
  try {
    return work(store)
  } finally {
    removeStore(store)
  }
}

export function removeStore(store: string): void {
  for (const suffix of ['', '-wal', '-shm', '-push']) rmSync(`${store}${suffix}`, { force: true })
}
