export const storeOrder = `
  -- The last call for the user that had no answer: the linked GitLab may still work on it. Null without one.
  ALTER TABLE pending_changes ADD COLUMN sent_change TEXT CHECK (sent_change IS NULL OR sent_change IN ('give', 'take'));
  ALTER TABLE pending_changes ADD COLUMN sent_at TEXT CHECK ((sent_at IS NULL) = (sent_change IS NULL));

  -- Runs that change seats, and new snapshots, in the store's own order: at is the clock of the machine, which may be wrong.
  -- A dated event proves that all events up to it came before a snapshot that was taken at that time or later.
  CREATE TABLE store_events (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    run_id INTEGER UNIQUE REFERENCES runs,
    taken_at TEXT CHECK ((taken_at IS NULL) = (run_id IS NOT NULL)),
    is_dated INTEGER NOT NULL CHECK (is_dated IN (0, 1))
  ) STRICT;
  -- The clock was the order so far. It does not tell when the snapshot came, only up to when it contained the seats of runs.
  INSERT INTO store_events (at, run_id, taken_at, is_dated)
  SELECT at, run_id, taken_at, run_id IS NOT NULL
  FROM (
    SELECT finished_at AS at, id AS run_id, NULL AS taken_at FROM runs WHERE finished_at IS NOT NULL
    UNION ALL
    SELECT seen_at, NULL, taken_at FROM subscription
  )
  ORDER BY at, run_id IS NULL, run_id;
`
