import type Sqlite from 'better-sqlite3'
import type { RequestAction } from '../domain/request.ts'

/** A user whose seat a run changed. */
export interface ChangedUser {
  userId: number
  username: string
}

/** What undoes a change: the opposite, or nothing where the seat was changed again. */
export type ReverseAction = Exclude<RequestAction, 'keep'>

interface PageKey {
  runId: number
  action: ReverseAction
  after: number
}

const rowsPerPage = 2_000

/** What a run changed, seen from what has become of it since. */
export class Reversals {
  readonly #read: Sqlite.Statement<[PageKey], ChangedUser & { number: number }>

  constructor(database: Sqlite.Database) {
    // Of a seat that is there the store knows which run gave it; of one that is not, the results of later runs tell.
    this.#read = database.prepare(`
      WITH changed_later AS MATERIALIZED (
        SELECT results.user_id
        FROM runs AS later JOIN results ON results.run_id = later.id
        WHERE later.id > :runId AND later.finished_at IS NOT NULL
          AND later.add_on_purchase_id = (SELECT add_on_purchase_id FROM runs WHERE id = :runId)
          AND results.outcome IN ('assigned', 'pending', 'unassigned', 'pending_removal')
      ),
      changed AS (
        SELECT
          results.number, results.user_id AS userId, coalesce(users.username, results.input) AS username,
          CASE
            WHEN results.outcome IN ('assigned', 'pending')
              THEN iif(seats.run_id = runs.id AND removal_run_id IS NULL, 'take', 'leave')
            ELSE iif(
              (seats.user_id IS NULL OR removal_run_id = runs.id)
                AND results.user_id NOT IN (SELECT user_id FROM changed_later),
              'give', 'leave')
          END AS action
        FROM runs
        JOIN results ON results.run_id = runs.id
        LEFT JOIN users ON users.id = results.user_id
        LEFT JOIN seats ON seats.add_on_purchase_id = runs.add_on_purchase_id AND seats.user_id = results.user_id
        WHERE runs.id = :runId AND results.number > :after
          AND results.outcome IN ('assigned', 'pending', 'unassigned', 'pending_removal')
      )
      SELECT number, userId, username FROM changed WHERE action = :action ORDER BY number LIMIT ${rowsPerPage}
    `)
  }

  /**
   * The users whose change a run made is undone by `action`, in the order of its results, some at a time: between two pages the
   * store can be used.
   */
  *read(runId: number, action: ReverseAction): Iterable<ChangedUser[]> {
    for (let after = 0; ; ) {
      const rows = this.#read.all({ runId, action, after })
      if (rows.length > 0) yield rows
      if (rows.length < rowsPerPage) return
      after = rows.at(-1)?.number ?? after
    }
  }
}
