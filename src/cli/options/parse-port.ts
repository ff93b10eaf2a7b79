import { parseWholeNumber } from './parse-whole-number.ts'

export function parsePort(text: string): number {
  return parseWholeNumber(text, 65_535)
}
