export const pendingChanges = `
  -- The change that a result makes itself. A result about a change that an earlier run requested has none of its own.
  ALTER TABLE results ADD COLUMN change TEXT NOT NULL DEFAULT 'none'
    CHECK (change = 'none' OR change = 'give' OR change = 'take');

  -- Changes that the linked GitLab has not confirmed. The table seats holds what GitLab has.
  CREATE TABLE pending_changes (
    add_on_purchase_id INTEGER NOT NULL REFERENCES add_on_purchases,
    user_id INTEGER NOT NULL REFERENCES users,
    change TEXT NOT NULL CHECK (change IN ('give', 'take')),
    run_id INTEGER NOT NULL REFERENCES runs,
    requested_at TEXT NOT NULL,
    PRIMARY KEY (add_on_purchase_id, user_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO pending_changes
  SELECT seats.add_on_purchase_id, user_id, iif(removal_run_id IS NULL, 'give', 'take'), runs.id,
    iif(removal_run_id IS NULL, coalesce(assigned_at, started_at), coalesce(finished_at, started_at))
  FROM seats JOIN runs ON runs.id = coalesce(removal_run_id, run_id)
  WHERE pending = 1;

  DELETE FROM seats WHERE pending = 1 AND in_gitlab = 0;
  -- The pending request had overwritten since when GitLab has the seat.
  UPDATE seats SET run_id = NULL, assigned_at = NULL WHERE pending = 1 AND removal_run_id IS NULL;
  DROP INDEX seats_pending;
  ALTER TABLE seats DROP COLUMN removal_run_id;
  ALTER TABLE seats DROP COLUMN in_gitlab;
  ALTER TABLE seats DROP COLUMN pending;

  -- The seats held once every pending change is done.
  CREATE VIEW held_seats AS
  SELECT add_on_purchase_id, user_id, assigned_at, run_id, seen_at, 0 AS pending
  FROM seats
  WHERE NOT EXISTS (
    SELECT 1 FROM pending_changes AS wanted
    WHERE wanted.add_on_purchase_id = seats.add_on_purchase_id AND wanted.user_id = seats.user_id
  )
  UNION ALL
  SELECT wanted.add_on_purchase_id, wanted.user_id, requested_at, wanted.run_id, seen_at, 1
  FROM pending_changes AS wanted
  LEFT JOIN seats ON seats.add_on_purchase_id = wanted.add_on_purchase_id AND seats.user_id = wanted.user_id
  WHERE change = 'give';

  -- A pending result is its run's own change where the pending change is that run's. Among older results, a run made as many as
  -- it recorded as needed and as removals; the others repeat a request of an earlier run, which was pending then.
  CREATE TEMP TABLE changed AS
  SELECT results.run_id, number, iif(outcome IN ('assigned', 'pending'), 'give', 'take') AS change,
    coalesce(iif(outcome IN ('assigned', 'pending'), needed, removals), 0) AS own_changes,
    outcome IN ('pending', 'pending_removal') AND wanted.run_id IS NOT results.run_id AS is_repeat,
    row_number() OVER (
      PARTITION BY runs.add_on_purchase_id, results.user_id, outcome ORDER BY results.run_id
    ) > 1 AS may_repeat
  FROM results JOIN runs ON runs.id = results.run_id
  LEFT JOIN pending_changes AS wanted
    ON wanted.add_on_purchase_id = runs.add_on_purchase_id AND wanted.user_id = results.user_id
  WHERE pushed IS NOT NULL AND outcome IN ('assigned', 'pending', 'unassigned', 'pending_removal');

  UPDATE results SET change = 'give' WHERE pushed IS NULL AND outcome = 'assigned';
  UPDATE results SET change = 'take' WHERE pushed IS NULL AND outcome = 'unassigned';
  UPDATE results SET change = own.change
  FROM (
    SELECT *, row_number() OVER (PARTITION BY run_id, change ORDER BY is_repeat, may_repeat, number) AS place
    FROM changed
  ) AS own
  WHERE own.run_id = results.run_id AND own.number = results.number AND NOT is_repeat AND place <= own_changes;
  DROP TABLE changed;
`
