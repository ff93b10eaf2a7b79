import { lookUp } from '../domain/look-up.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { SeatChange } from '../domain/seat-change.ts'

/**
 * The meaning of a GitLab error code.
 *
 * - `shortage`: too few seats are free
 * - `ineligible`: at least one user in the call may not have a seat
 * - `add_on`: GitLab would refuse every user alike; each of them gets this outcome
 * - `unknown`: this version of duo-seats has no meaning for the code
 */
export type Refusal =
  | { kind: 'shortage' }
  | { kind: 'ineligible' }
  | {
      kind: 'add_on'
      outcome: Extract<Outcome, 'seat_assignment_not_supported' | 'incompatible_add_on'>
    }
  | { kind: 'unknown' }

/** `nothing_to_do`: the requested state exists already, so the call is done. */
type Meaning = Refusal | { kind: 'nothing_to_do' }

const unknown: Refusal = { kind: 'unknown' }

function forBoth(meaning: Meaning): Record<SeatChange, Meaning> {
  return { give: meaning, take: meaning }
}

/** The key is a code in the `errors` of GitLab's seat mutations. */
const meanings = {
  NO_SEATS_AVAILABLE: { give: { kind: 'shortage' }, take: unknown },
  NOT_ENOUGH_SEATS: { give: { kind: 'shortage' }, take: unknown },
  INVALID_USER_MEMBERSHIP: { give: { kind: 'ineligible' }, take: unknown },
  INVALID_USER_ID_PRESENT: { give: { kind: 'ineligible' }, take: unknown },
  SEAT_ASSIGNMENT_NOT_SUPPORTED: forBoth({ kind: 'add_on', outcome: 'seat_assignment_not_supported' }),
  INCOMPATIBLE_ADD_ON: forBoth({ kind: 'add_on', outcome: 'incompatible_add_on' }),
  NO_ASSIGNMENTS_FOUND: { give: unknown, take: { kind: 'nothing_to_do' } },
} as const satisfies Record<string, Record<SeatChange, Meaning>>

export type RefusalCode = keyof typeof meanings

function findMeaning(code: string, change: SeatChange): Meaning {
  return lookUp(meanings, code)?.[change] ?? unknown
}

/** The lowest one counts: GitLab checks a whole call, so each of the others may hide behind it. */
const ranks: Record<Refusal['kind'], number> = { unknown: 0, add_on: 1, ineligible: 2, shortage: 3 }

/**
 * @param codes as GitLab returns them, for example `NOT_ENOUGH_SEATS`
 * @returns null if there was nothing to refuse
 */
export function classifyRefusals(codes: readonly string[], change: SeatChange): Refusal | null {
  const found = codes.map((code) => findMeaning(code, change))
  const refusals = found.filter((meaning) => meaning.kind !== 'nothing_to_do')
  return refusals.toSorted((one, other) => ranks[one.kind] - ranks[other.kind])[0] ?? null
}
