import { makePurchase, makeUser } from './make-snapshot.ts'

/** `user001`, … */
export function nameOf(id: number): string {
  return `user${String(id).padStart(3, '0')}`
}

/** Facts of a team of so many active users, without a seat, and of so many seats. */
export function makeCrowd(size: number, quantity = size): object {
  return {
    add_on_purchases: [makePurchase({ quantity })],
    users: Array.from({ length: size }, (_, index) => makeUser(index + 1, nameOf(index + 1))),
    seats: [],
  }
}

/** A list of all of them, for `bulk-assign`. */
export function writeCrowd(size: number): string {
  return `username\n${Array.from({ length: size }, (_, index) => nameOf(index + 1)).join('\n')}\n`
}
