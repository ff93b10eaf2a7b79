import type Database from 'better-sqlite3'

/** Replays the history of a store from nothing. Returns the seats and the results that it contradicts. */
export function listHistoryFaults(database: Database.Database): unknown[] {
  const held = new Set<string>()
  const events = database.prepare<[], { change: string; seat: string }>(`
    SELECT change, add_on_purchase_id || ' ' || user_id AS seat
    FROM history WHERE change IN ('given', 'taken', 'found', 'lost') ORDER BY number
  `)
  for (const { change, seat } of events.iterate()) {
    if (change === 'given' || change === 'found') held.add(seat)
    else held.delete(seat)
  }
  const seats = database
    .prepare<[], string>(`SELECT add_on_purchase_id || ' ' || user_id FROM seats`)
    .pluck()
    .all()
  return [
    ...seats.filter((seat) => !held.delete(seat)).map((seat) => `The history lacks the seat ${seat}.`),
    ...[...held].map((seat) => `The history has the seat ${seat}, the store does not.`),
    ...listRunFaults(database),
  ]
}

/** The events of a run are the results that changed a seat. */
function listRunFaults(database: Database.Database): unknown[] {
  const changed = `
    SELECT runs.id, runs.add_on_purchase_id, results.user_id, iif(results.change = 'give', 'given', 'taken')
    FROM runs JOIN results ON results.run_id = runs.id
    WHERE finished_at IS NOT NULL AND results.change <> 'none' AND pushed IS NOT 'pending'
  `
  const recorded = 'SELECT run_id, add_on_purchase_id, user_id, change FROM history WHERE run_id IS NOT NULL'
  const twice = `${recorded} GROUP BY run_id, user_id HAVING count(*) > 1`
  return [`${changed} EXCEPT ${recorded}`, `${recorded} EXCEPT ${changed}`, twice].flatMap((sql) =>
    database.prepare(sql).all(),
  )
}
