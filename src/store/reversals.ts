import type { NamedUser } from '../domain/named-user.ts'
import { planReversal, type ReverseAction } from '../domain/reversal.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { Statement, Statements } from './statements.ts'

interface PageKey {
  runId: number
  /** Null for both. */
  change: SeatChange | null
  after: number
}

type ChangedRow = [
  number: number,
  userId: number,
  username: string,
  change: SeatChange,
  isHeld: number,
  lastRunId: number | null,
]

const rowsPerPage = 2_000

/** Only these changes may need the action. */
const reversed = { take: 'give', give: 'take', skip_changed: null } as const

export class Reversals {
  readonly #readPage: Statement<[PageKey], ChangedRow>
  readonly #listChangedLater: Statement<[{ runId: number }], number>

  constructor(statements: Statements) {
    this.#readPage = statements
      .prepare<[PageKey], ChangedRow>(`
        SELECT results.number, results.user_id, coalesce(users.username, results.input), results.change,
          iif(wanted.change IS NULL, seats.user_id IS NOT NULL, wanted.change = 'give'),
          coalesce(wanted.run_id, seats.run_id)
        FROM runs
        JOIN results ON results.run_id = runs.id
        LEFT JOIN users ON users.id = results.user_id
        LEFT JOIN seats ON seats.add_on_purchase_id = runs.add_on_purchase_id AND seats.user_id = results.user_id
        LEFT JOIN pending_changes AS wanted
          ON wanted.add_on_purchase_id = runs.add_on_purchase_id AND wanted.user_id = results.user_id
        WHERE runs.id = :runId AND results.number > :after
          AND results.change <> 'none' AND results.change = coalesce(:change, results.change)
        ORDER BY results.number LIMIT ${rowsPerPage}
      `)
      .raw()
    this.#listChangedLater = statements
      .prepare<[{ runId: number }], number>(`
        SELECT results.user_id
        FROM runs AS later JOIN results ON results.run_id = later.id
        WHERE later.id > :runId AND later.finished_at IS NOT NULL AND results.change <> 'none'
          AND later.add_on_purchase_id = (SELECT add_on_purchase_id FROM runs WHERE id = :runId)
          AND results.user_id IN (SELECT user_id FROM results WHERE run_id = :runId AND change = 'take')
      `)
      .pluck()
  }

  /** Pages in the order of the results: between two pages the store can be used. */
  *read(runId: number, action: ReverseAction): Iterable<NamedUser[]> {
    let later: ReadonlySet<number> | null = null
    // Once, and only for removals: that reads all results of the later runs.
    const isChangedLater = (userId: number) => {
      later ??= new Set(this.#listChangedLater.iterate({ runId }))
      return later.has(userId)
    }
    for (let after = 0; ; ) {
      const users: NamedUser[] = []
      let rows = 0
      for (const row of this.#readPage.iterate({ runId, change: reversed[action], after })) {
        const [number, userId, username, change, isHeld, lastRunId] = row
        const isLater = change === 'take' && isChangedLater(userId)
        const seat = { change, isHeld: isHeld === 1, lastRunId, isChangedLater: isLater }
        if (planReversal(runId, seat) === action) users.push({ userId, username })
        after = number
        rows += 1
      }
      if (users.length > 0) yield users
      if (rows < rowsPerPage) return
    }
  }
}
