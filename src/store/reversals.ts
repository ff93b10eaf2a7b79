import type { NamedUser } from '../domain/named-user.ts'
import type { RequestAction } from '../domain/request.ts'
import type { Statement, Statements } from './statements.ts'

export type ReverseAction = Exclude<RequestAction, 'report' | 'leave'>

interface PageKey {
  runId: number
  action: ReverseAction
  after: number
}

const rowsPerPage = 2_000

export class Reversals {
  readonly #read: Statement<[PageKey], NamedUser & { number: number }>

  constructor(statements: Statements) {
    // A seat or a pending change has the run that made it. For a seat that is gone, the results of later runs show a change.
    this.#read = statements.prepare(`
      WITH changed_later AS MATERIALIZED (
        SELECT results.user_id
        FROM runs AS later JOIN results ON results.run_id = later.id
        WHERE later.id > :runId AND later.finished_at IS NOT NULL AND results.change <> 'none'
          AND later.add_on_purchase_id = (SELECT add_on_purchase_id FROM runs WHERE id = :runId)
      ),
      changed AS (
        SELECT
          results.number, results.user_id AS userId, coalesce(users.username, results.input) AS username,
          CASE
            WHEN results.change = 'give'
              THEN iif(iif(wanted.change IS NULL, seats.run_id, iif(wanted.change = 'give', wanted.run_id, NULL)) = runs.id,
                'take', 'skip_changed')
            ELSE iif(
              iif(wanted.change IS NULL, seats.user_id IS NULL, wanted.change = 'take' AND wanted.run_id = runs.id)
                AND results.user_id NOT IN (SELECT user_id FROM changed_later),
              'give', 'skip_changed')
          END AS action
        FROM runs
        JOIN results ON results.run_id = runs.id
        LEFT JOIN users ON users.id = results.user_id
        LEFT JOIN seats ON seats.add_on_purchase_id = runs.add_on_purchase_id AND seats.user_id = results.user_id
        LEFT JOIN pending_changes AS wanted
          ON wanted.add_on_purchase_id = runs.add_on_purchase_id AND wanted.user_id = results.user_id
        WHERE runs.id = :runId AND results.number > :after AND results.change <> 'none'
      )
      SELECT number, userId, username FROM changed WHERE action = :action ORDER BY number LIMIT ${rowsPerPage}
    `)
  }

  /** Pages in the order of the results: between two pages the store can be used. */
  *read(runId: number, action: ReverseAction): Iterable<NamedUser[]> {
    for (let after = 0; ; ) {
      const rows = this.#read.all({ runId, action, after })
      if (rows.length > 0) yield rows
      if (rows.length < rowsPerPage) return
      after = rows.at(-1)?.number ?? after
    }
  }
}
