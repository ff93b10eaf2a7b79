import { makePurchase, makeSeat, makeUser } from './make-snapshot.ts'

/** `user001`, … */
export function nameOf(id: number): string {
  return `user${String(id).padStart(3, '0')}`
}

/** Facts of a team of active users without seats. */
export function makeCrowd(size: number, quantity = size): object {
  return {
    add_on_purchases: [makePurchase({ quantity })],
    users: Array.from({ length: size }, (_, index) => makeUser(index + 1, nameOf(index + 1))),
    seats: [],
  }
}

/** A list of the users from `first` to `last`. */
export function writeCrowd(last: number, first = 1): string {
  return `username\n${listCrowd(last, first).join('\n')}\n`
}

/** The names from `first` to `last`. */
export function listCrowd(last: number, first = 1): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => nameOf(first + index))
}

/** The same team, in which the first `holders` users hold a seat. */
export function makeHolders(holders: number, size = holders, quantity = size): object {
  return {
    ...makeCrowd(size, quantity),
    seats: Array.from({ length: holders }, (_, index) => makeSeat(index + 1)),
  }
}
