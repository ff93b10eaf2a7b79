import { foldAddress, isAscii } from '../domain/people/fold-address.ts'
import type { User, UserAddress } from '../domain/user.ts'

export function foldAddresses(addresses: readonly UserAddress[]): UserAddress[] {
  return addresses.map(({ userId, address }) => ({ userId, address: foldAddress(address) }))
}

/** The folded forms of shown addresses that SQLite, which folds ASCII only, would not find. */
export function listSpellings(users: readonly Pick<User, 'id' | 'email'>[]): UserAddress[] {
  return users.flatMap(({ id, email }) =>
    email === null || isAscii(email) ? [] : [{ userId: id, address: foldAddress(email) }],
  )
}
