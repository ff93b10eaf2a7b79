import type { Day } from './day.ts'

/**
 * What a request says about the user it means, ready for comparison. A key that is null was not given; a key that is given
 * and names nobody is a mistake, never a reason to fall back on the others.
 */
export interface UserKeys {
  /** Folded by {@link foldName}. */
  username: string | null
  /** Folded by {@link foldName}. */
  email: string | null
  /** GitLab's number of the user; NaN where the cell holds no such number, so that it names nobody. */
  userId: number | null
}

/**
 * What is asked for a user.
 *
 * - `give`, `take`: a seat
 * - `keep`: nothing, and the run tells whether the user holds a seat
 * - `leave`: nothing, since somebody else has changed the seat meanwhile
 */
export type RequestAction = 'give' | 'take' | 'keep' | 'leave'

/** One wish about one user. */
export interface Request {
  /** Physical line of the file on which the row begins, from 1; null for a name typed as an argument. */
  line: number | null
  /** The first filled key as it was typed, without spaces around it; empty when none is filled. */
  input: string
  keys: UserKeys
  /** Why a seat is to be taken, where the command knows more than that somebody asked for it. */
  idleSince?: Day | 'never'
  /** The store named the user, and no person did: where nobody has the id any more, the user is gone. */
  isFromStore?: true
}

/** Requests that ask for the same. */
export interface RequestBatch {
  action: RequestAction
  requests: readonly Request[]
}

/** Where users are named. Every reading starts at the beginning and gives the same requests. */
export interface RequestSource {
  /** The file as it was named, `-` for standard input, null for names typed as arguments. */
  readonly name: string | null
  /** SHA-256 of the file in hexadecimal, once it was read to its end; null for names typed as arguments. */
  readonly sha256: string | null
  /** How much of the current reading is done, from 0 to 1. */
  readonly progress: number
  /**
   * The requests in order, some thousand at a time.
   *
   * @throws UserError where the input is malformed, with the line
   */
  readBatches(): AsyncIterable<Request[]>
}

/**
 * The form in which usernames and email addresses are compared: GitLab does not regard case. Only ASCII letters are folded, as
 * SQLite's NOCASE folds them; GitLab's usernames have no others.
 */
export function foldName(name: string): string {
  return /[A-Z]/.test(name) ? name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name
}

/** Whether a name is an email address: GitLab allows no `@` inside a username. */
export function isEmail(name: string): boolean {
  return name.indexOf('@') > 0
}

/**
 * The keys of a name as people type it: `ada`, `@ada` or `ada@example.com`. An empty name gives none; a lone `@` is given and
 * names nobody.
 */
export function parseName(name: string): Pick<UserKeys, 'username' | 'email'> {
  if (name === '') return { username: null, email: null }
  const bare = foldName(name.startsWith('@') ? name.slice(1).trimStart() : name) || '@'
  return isEmail(bare) ? { username: null, email: bare } : { username: bare, email: null }
}

const globalId = /^gid:\/\/gitlab\/User\/(\d+)$/

/** A user id as a number or as GitLab's global id; NaN for anything else. */
export function parseUserId(text: string): number {
  const digits = globalId.exec(text)?.[1] ?? text
  const id = /^\d+$/.test(digits) ? Number(digits) : Number.NaN
  return Number.isSafeInteger(id) ? id : Number.NaN
}

const invisible = /[\p{Cc}\p{Cf}]/u

/** The first control or format character inside a text, such as a zero-width space, as `U+200B`; or null. */
export function findInvisibleCharacter(text: string): string | null {
  const found = invisible.exec(text)?.[0].codePointAt(0)
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
}
