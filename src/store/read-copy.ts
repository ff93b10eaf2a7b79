import { readFileSync, statSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import { followLinks } from './store-files.ts'

/** Offsets in SQLite's header of the versions for writing and reading: 1 is a rollback journal, 2 a WAL. */
const versionOffsets = [18, 19]

const mostReadings = 5

/**
 * Opens a store that cannot be written to. Reading a store with a WAL makes files beside it, so its bytes are read into memory. With
 * changes in the WAL, SQLite reads the files themselves.
 */
export function openReadCopy(Database: typeof Sqlite, path: string): Sqlite.Database {
  const store = followLinks(path)
  const bytes = readQuietBytes(store)
  if (bytes === null) return new Database(store, { readonly: true })
  for (const offset of versionOffsets) if (bytes[offset] === 2) bytes[offset] = 1
  return new Database(bytes)
}

/** @returns null if another process changes the store, or if its last changes are in the WAL */
function readQuietBytes(path: string): Buffer | null {
  for (let reading = 0; reading < mostReadings; reading += 1) {
    const before = describeState(path)
    if (before === null) return null
    const bytes = readFileSync(path)
    if (describeState(path) === before) return bytes
  }
  return null
}

function describeState(path: string): string | null {
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (wal !== undefined && wal.size > 0) return null
  const { size, mtimeNs, ino } = statSync(path, { bigint: true })
  return [size, mtimeNs, ino].join()
}
