import type Sqlite from 'better-sqlite3'

/** Marks the file as ours in SQLite's header: the bytes "DUO1". */
export const applicationId = 0x44554f31

interface StoreHeader {
  isOurs: boolean
  version: number
}

export function readHeader(database: Sqlite.Database): StoreHeader {
  return {
    isOurs: database.pragma('application_id', { simple: true }) === applicationId,
    version: database.pragma('user_version', { simple: true }) as number,
  }
}
