import { countWords, formatCount } from './count-words.ts'

export interface HiddenAddresses {
  /** Users without any address that the token may see. */
  hidden: number
  users: number
}

/** Null if GitLab hides none. */
export function describeHiddenAddresses(found: HiddenAddresses | null): string | null {
  if (found === null || found.hidden === 0) return null
  return `GitLab hides the addresses of ${formatCount(found.hidden)} of ${countWords(found.users, 'user')} from this token.`
}
