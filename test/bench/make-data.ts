import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'

export interface BenchData {
  rows: number
  csv: string
  snapshot: string
}

/**
 * Writes a list of `rows` users and a snapshot that knows most of them: 3 % of the rows are unknown, 3 % repeat another row,
 * 5 % are blocked, 10 % hold a seat, and the seats run out shortly before the end.
 */
export async function makeData(folder: string, rows: number): Promise<BenchData> {
  const csv = join(folder, `${rows}.csv`)
  const snapshot = join(folder, `${rows}.json`)
  await writePieces(csv, formatList(rows))
  await writePieces(snapshot, formatSnapshot(rows))
  return { rows, csv, snapshot }
}

/** Writes a list of active users, and a snapshot with a seat for each of them, of which the first `holders` are held. */
export async function makeCrowd(folder: string, users: number, holders: number): Promise<BenchData> {
  const [csv, snapshot] = [join(folder, 'crowd.csv'), join(folder, 'crowd.json')]
  const ids = Array.from({ length: users }, (_, index) => index + 1)
  await writePieces(csv, [`username\n${ids.map(nameOf).join('\n')}\n`])
  await writePieces(snapshot, [
    JSON.stringify(
      makeSnapshot({
        add_on_purchases: [makePurchase({ quantity: users })],
        users: ids.map((id) => makeUser(id, nameOf(id))),
        seats: ids.slice(0, holders).map((id) => makeSeat(id)),
      }),
    ),
  ])
  return { rows: users, csv, snapshot }
}

/**
 * Writes a snapshot with `holders` and a list of as many users: `moved` of the holders are missing in it, and `moved` other users
 * with free seats are in it.
 */
export async function makeDrift(folder: string, holders: number, moved: number): Promise<BenchData> {
  const [csv, snapshot] = [join(folder, 'drift.csv'), join(folder, 'drift.json')]
  const ids = Array.from({ length: holders + moved }, (_, index) => index + 1)
  const listed = ids.slice(0, holders).map((_, index) => scatter(index, holders) + moved)
  await writePieces(csv, ['username,team\n', ...listed.map((id) => `${nameOf(id)},Team ${id % 40}\n`)])
  await writePieces(snapshot, [
    JSON.stringify(
      makeSnapshot({
        add_on_purchases: [makePurchase({ quantity: ids.length })],
        users: ids.map((id) => makeUser(id, nameOf(id))),
        seats: ids.slice(0, holders).map((id) => makeSeat(id)),
      }),
    ),
  ])
  return { rows: holders, csv, snapshot }
}

/** Mixes the order of the list: a multiplication by a prime visits each number once. */
function scatter(index: number, rows: number): number {
  return ((index * 7_368_787) % rows) + 1
}

export function nameOf(id: number): string {
  return `user.${(id * 2_654_435_761) % 4_294_967_296}.${id}`
}

function* formatList(rows: number): Iterable<string> {
  yield 'username,team\n'
  for (let index = 0; index < rows; index += 1) {
    const id = scatter(index, rows)
    if (index % 100 < 3) yield `nobody.${id},Unknown\n`
    else if (index % 100 < 6) yield `${nameOf(scatter(index - 50, rows))},Repeated\n`
    else yield `${nameOf(id)},Team ${id % 40}\n`
  }
}

function* formatSnapshot(rows: number): Iterable<string> {
  const snapshot = makeSnapshot({ add_on_purchases: [makePurchase({ quantity: Math.floor(rows * 0.8) })] })
  const { users: _users, seats: _seats, ...head } = snapshot
  yield `${JSON.stringify(head).slice(0, -1)},"users":[`
  for (let id = 1; id <= rows; id += 1) {
    const state = id % 20 === 3 ? 'blocked' : 'active'
    const user = makeUser(id, nameOf(id), {
      name: `User Number ${id}`,
      state,
      last_activity_on: '2026-02-01',
    })
    yield `${id === 1 ? '' : ',\n'}${JSON.stringify(user)}`
  }
  yield '],"seats":['
  for (let id = 10; id <= rows; id += 10) yield `${id === 10 ? '' : ',\n'}${JSON.stringify(makeSeat(id))}`
  yield ']}'
}

async function writePieces(path: string, pieces: Iterable<string>): Promise<void> {
  const file = createWriteStream(path)
  let buffer = ''
  for (const piece of pieces) {
    buffer += piece
    if (buffer.length < 1 << 20) continue
    await write(file, buffer)
    buffer = ''
  }
  await write(file, buffer)
  await new Promise((done) => file.end(done))
}

function write(file: Writable, text: string): Promise<void> {
  return new Promise((done, fail) => void file.write(text, (error) => (error ? fail(error) : done())))
}
