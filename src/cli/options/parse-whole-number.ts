import { InvalidArgumentError } from 'commander'

/** From 0 to `most`. */
export function parseWholeNumber(text: string, most: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
  if (number > most) throw new InvalidArgumentError(`It takes a whole number from 0 to ${most}.`)
  return number
}
