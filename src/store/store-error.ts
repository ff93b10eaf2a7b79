import { UserError } from '../errors.ts'

const explanations: Record<string, { sentence: (path: string) => string; hint: string }> = {
  SQLITE_NOTADB: {
    sentence: (path) => `${path} is not a duo-seats store.`,
    hint: 'Name another file with --store or DUO_SEATS_STORE.',
  },
  SQLITE_BUSY: {
    sentence: (path) => `The store ${path} is in use by another process.`,
    hint: 'Wait until it has finished, then run the command again.',
  },
  SQLITE_FULL: {
    sentence: (path) => `The disk is full: the store ${path} could not be written.`,
    hint: 'Make room, then run the command again; nothing was changed.',
  },
  SQLITE_READONLY: {
    sentence: (path) => `The store ${path} cannot be written to.`,
    hint: 'Check the permissions of the file and of its folder.',
  },
  SQLITE_CANTOPEN: {
    sentence: (path) => `The store ${path} cannot be opened.`,
    hint: 'Check the path and the permissions of the file and of its folder.',
  },
  SQLITE_PERM: {
    sentence: (path) => `The store ${path} cannot be opened.`,
    hint: 'Check the permissions of the file and of its folder.',
  },
  SQLITE_IOERR: {
    sentence: (path) => `The store ${path} could not be read or written.`,
    hint: 'Check the disk, then run the command again; nothing was changed.',
  },
  SQLITE_CORRUPT: {
    sentence: (path) => `The store ${path} is damaged.`,
    hint: 'Restore the file from a backup, or fill a new store with "duo-seats sync --from snapshot.json --store FILE".',
  },
}

/** Null for a bug. */
export function explainStoreError(error: unknown, path: string): UserError | null {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string') return null
  const known = Object.keys(explanations).find((prefix) => code === prefix || code.startsWith(`${prefix}_`))
  const explanation = known === undefined ? undefined : explanations[known]
  if (explanation === undefined) return null
  return new UserError('failed', explanation.sentence(path), explanation.hint, error)
}
