import { makePurchase, makeSeat } from './make-snapshot.ts'
import type { RunDocument } from './run-document.ts'
import { openTeam } from './sample-team.ts'
import type { Workdir } from './workdir.ts'

/** Ada, Bob, Carol and Dora hold all four seats. Dora is blocked. */
const fullTeam = { seats: [1, 2, 3, 4].map((id) => makeSeat(id)) }

/** The same holders with another quantity. */
export function withSeats(quantity: number): object {
  return { ...fullTeam, add_on_purchases: [makePurchase({ quantity })] }
}

/** A directory with a store of the full team and a list, `team.csv`. */
export async function openTeamWith(list: string | Uint8Array, facts: object = fullTeam): Promise<Workdir> {
  const workdir = await openTeam(facts)
  workdir.write('team.csv', list)
  return workdir
}

/** The command of a user who has read the plan. */
export const decided = ['apply', 'team.csv', '--yes', '--max-removals', '100%', '--max-unknown', '100%']

/** `[input, outcome]` of each result. */
export function listOutcomes({ results }: RunDocument): unknown[] {
  return results.map(({ input, outcome }) => [input, outcome])
}
