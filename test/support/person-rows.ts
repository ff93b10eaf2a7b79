import type { PersonRow } from '../../src/domain/people/judge-person.ts'
import { readCell } from '../../src/domain/people/read-cell.ts'

export function rowOfUser(userId: number): PersonRow {
  return { keys: [{ kind: 'user_id', value: userId }], problem: null }
}

/** As the row of a list with one column, or as a typed name. */
export function rowOfName(name: string): PersonRow {
  return readCell(name, 'username')
}

export const emptyRow: PersonRow = { keys: [], problem: null }
