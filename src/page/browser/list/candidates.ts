import type { UserRow } from '../documents.ts'

export interface Candidates {
  /** Users that the row of a line may mean, the likely ones first. */
  propose(line: number): Promise<readonly UserRow[]>
  search(text: string): Promise<readonly UserRow[]>
}
