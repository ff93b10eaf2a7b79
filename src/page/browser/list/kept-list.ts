import type { ListDocument } from '../../documents.ts'
import type { ResultRow, UserRow } from '../documents.ts'
import { type ListApi, plainReading } from './list-api.ts'
import type { ListReading, RejectsRequest } from './list-documents.ts'

export type ReadList = ListDocument['list']

/** How the user settled unclear rows, by line. */
export interface Choices {
  settled: ReadonlyMap<number, Pick<UserRow, 'user_id' | 'username'>>
  /** As the plan had them before. */
  leftOut: ReadonlyMap<number, ResultRow>
}

export const noChoices: Choices = { settled: new Map(), leftOut: new Map() }

/** The list of the view, with all that the user decided about it. */
export interface KeptList {
  api: ListApi
  list: ReadList
  reading: ListReading
  choices: Choices
}

export function settle(choices: Choices, line: number, user: UserRow): Choices {
  const { user_id, username } = user
  return { ...choices, settled: new Map(choices.settled).set(line, { user_id, username }) }
}

export function leaveOut(choices: Choices, row: ResultRow): Choices {
  const { line } = row
  if (line === null) return choices
  return {
    settled: new Map([...choices.settled].filter(([other]) => other !== line)),
    leftOut: new Map(choices.leftOut).set(line, row),
  }
}

/** The row counts again as it is. */
export function forgetChoice({ settled, leftOut }: Choices, line: number): Choices {
  return {
    settled: new Map([...settled].filter(([other]) => other !== line)),
    leftOut: new Map([...leftOut].filter(([other]) => other !== line)),
  }
}

export function formatChoices({ settled, leftOut }: Choices) {
  return {
    settled: [...settled].map(([line, { user_id }]) => ({ line, user_id })),
    left_out: [...leftOut.keys()],
  }
}

export function formatLeftOut({ leftOut }: Choices): RejectsRequest['left_out_rows'] {
  return [...leftOut].map(([line, { outcome, message }]) => ({ line, outcome, message }))
}

/** Pasted names may have no header. */
export async function readList(api: ListApi, isPasted: boolean): Promise<KeptList> {
  const list = await api.read(plainReading)
  const kept = { api, list, reading: plainReading, choices: noChoices }
  if (!isPasted || list.problem === null || list.columns?.length !== 1) return kept
  const reading = { ...plainReading, header: false }
  return { ...kept, list: await api.read(reading), reading }
}
