import type { Snapshot } from '../../src/domain/snapshot.ts'
import type { Piece } from '../../src/input/snapshot/json-pieces.ts'
import { readSnapshot } from '../../src/input/snapshot/read-snapshot.ts'
import {
  type CheckedSnapshot,
  longLists,
  SnapshotCheck,
  type SnapshotSink,
} from '../../src/input/snapshot/snapshot-check.ts'

type Rows = Required<Pick<Snapshot, 'users' | 'addresses' | 'seats'>>

function collectRows(): { rows: Rows; sink: SnapshotSink } {
  const rows: Rows = { users: [], addresses: [], seats: [] }
  const sink: SnapshotSink = {
    addUsers: (users) => void rows.users.push(...users),
    addAddresses: (addresses) => void rows.addresses.push(...addresses),
    addSeats: (seats) => void rows.seats.push(...seats),
  }
  return { rows, sink }
}

function joinParts(head: CheckedSnapshot['head'], { users, addresses, seats }: Rows): Snapshot | null {
  return head && { ...head, users, ...(addresses.length > 0 && { addresses }), seats }
}

/** Reads a small snapshot file into memory. */
export async function readWholeSnapshot(
  path: string,
  now: Date,
  signal = new AbortController().signal,
): Promise<{ snapshot: Snapshot; unknownKeys: string[]; unknownValues: string[] }> {
  const { rows, sink } = collectRows()
  const { head, ...rest } = await readSnapshot(path, { now, sink, signal })
  return { snapshot: joinParts(head, rows) as Snapshot, ...rest }
}

/** Checks a parsed document like a file. */
export function checkSnapshot(document: unknown, now: Date) {
  const { rows, sink } = collectRows()
  const check = new SnapshotCheck(now, sink)
  const pieces = listPieces(document)
  check.take(pieces)
  if (check.hasPostponedSeats) check.takePostponed(pieces)
  const { head, ...rest } = check.finish()
  return { snapshot: joinParts(head, rows), ...rest }
}

function listPieces(document: unknown): Piece[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return [{ key: null, index: null, value: document }]
  return Object.entries(document).flatMap(([key, value]) => listMember(key, value))
}

function listMember(key: string, value: unknown): Piece[] {
  if (!Array.isArray(value) || !longLists.has(key)) return [{ key, index: null, value }]
  return [
    { key, index: null, value: [] },
    ...value.map((element: unknown, index) => ({ key, index, value: element })),
  ]
}
