import type { UserRow } from '../documents.ts'

export interface Candidates {
  /** Users that the row of a line may mean, the likely ones first. */
  propose(line: number, signal: AbortSignal): Promise<readonly UserRow[]>
  search(text: string, signal: AbortSignal): Promise<readonly UserRow[]>
}
