import type { Day } from './day.ts'

/** Folded by {@link foldName}; null was not given. A key that matches no user is a mistake: the others are not enough. */
export interface UserKeys {
  username: string | null
  email: string | null
  /** GitLab's number; NaN for other text, which matches no user. */
  userId: number | null
}

/** `report` shows whether the user has a seat; `skip_changed` skips a seat that changed after the undone run. */
export type RequestAction = 'give' | 'take' | 'report' | 'skip_changed'

export interface Request {
  /** Physical line, from 1; null for a typed name. */
  line: number | null
  /** The first filled key as typed, trimmed; empty without one. */
  input: string
  keys: UserKeys
  /** Last use of a seat that is removed as idle. */
  idleSince?: Day | 'never'
  /** Taken from the store: an id that matches no user is a user who is gone. */
  isFromStore?: true
}

export interface RequestBatch {
  action: RequestAction
  requests: readonly Request[]
}

/** Each reading starts at the beginning and yields the same. */
export interface UserList {
  /** Path as typed, `-` for standard input, null for typed names. */
  readonly name: string | null
  /** In hexadecimal, after the first complete reading; null for typed names. */
  readonly sha256: string | null
  /** Share of the current reading, from 0 to 1. */
  readonly progress: number
  /** @throws UserError with the line, for malformed input */
  readBatches(): AsyncIterable<Request[]>
}

/** GitLab ignores case. Only ASCII is folded, as by SQLite's NOCASE: GitLab's usernames have no other letters. */
export function foldName(name: string): string {
  return /[A-Z]/.test(name) ? name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name
}

/** A GitLab username cannot contain `@`. */
function isEmail(name: string): boolean {
  return name.indexOf('@') > 0
}

/** Parses `ada`, `@ada` or `ada@example.com`. A lone `@` matches no user; an empty name has no keys. */
export function parseName(name: string): Pick<UserKeys, 'username' | 'email'> {
  if (name === '') return { username: null, email: null }
  const bare = foldName(name.startsWith('@') ? name.slice(1).trimStart() : name) || '@'
  return isEmail(bare) ? { username: null, email: bare } : { username: bare, email: null }
}

const globalId = /^gid:\/\/gitlab\/User\/(\d+)$/

/** Parses a number or GitLab's global id; NaN for anything else. */
export function parseUserId(text: string): number {
  const digits = globalId.exec(text)?.[1] ?? text
  const id = /^\d+$/.test(digits) ? Number(digits) : Number.NaN
  return Number.isSafeInteger(id) ? id : Number.NaN
}

const invisible = /[\p{Cc}\p{Cf}]/u

/** Such as `U+200B`, a zero-width space; null if there is none. */
export function findInvisibleCharacter(text: string): string | null {
  const found = invisible.exec(text)?.[0].codePointAt(0)
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
}
