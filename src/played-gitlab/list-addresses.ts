import { foldAddress } from '../domain/people/fold-address.ts'
import type { ServedUser } from '../store/served-data.ts'
import type { PlayedGitLab } from './played-gitlab.ts'

interface EmailNode {
  email: string
  confirmedAt: string
}

/** The store holds no days for addresses. */
const confirmedAt = '2020-01-01T00:00:00.000Z'

/** All addresses of a store are confirmed. The first one counts as the primary address. */
export function listVisibleAddresses(
  { showsAddresses }: PlayedGitLab,
  { email, emails }: Pick<ServedUser, 'email' | 'emails'>,
  isEnterprise = false,
): EmailNode[] {
  if (!showsAddresses && !isEnterprise) return []
  const isSpelling = (address: string) => email !== null && address === foldAddress(email)
  const others = emails.filter((address) => !isSpelling(address))
  return [...others, ...(email === null ? [] : [email])].map((address) => ({ email: address, confirmedAt }))
}

/** The address that a search finds by an exact match; null for a caller without the right to see addresses. */
export function toPrivateAddress({ showsAddresses }: PlayedGitLab, search: string): string | null {
  return showsAddresses ? foldAddress(search) : null
}
