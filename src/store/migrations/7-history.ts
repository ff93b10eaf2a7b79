export const history = `
  -- The seats and purchases as they changed, in the store's own order. Without since, the time is exact. A run is its own cause.
  -- A sync records a seat before its user.
  CREATE TABLE history (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    since TEXT,
    add_on_purchase_id INTEGER NOT NULL REFERENCES add_on_purchases,
    user_id INTEGER REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    change TEXT NOT NULL,
    cause TEXT CHECK ((cause IS NULL) = (run_id IS NOT NULL)),
    reason TEXT,
    run_id INTEGER REFERENCES runs,
    before TEXT,
    after TEXT
  ) STRICT;
  CREATE INDEX history_of_purchases ON history (add_on_purchase_id, number) WHERE user_id IS NULL;

  -- Holders with Duo activity in the 30 days before the last sync of the day.
  CREATE TABLE daily_activity (
    day TEXT NOT NULL,
    add_on_purchase_id INTEGER NOT NULL REFERENCES add_on_purchases,
    active INTEGER NOT NULL,
    PRIMARY KEY (day, add_on_purchase_id)
  ) STRICT, WITHOUT ROWID;

  INSERT INTO history (at, add_on_purchase_id, change, cause, after)
  SELECT taken_at, add_on_purchases.id, 'bought', 'before_history', quantity
  FROM subscription CROSS JOIN add_on_purchases;
  INSERT INTO history (at, add_on_purchase_id, user_id, change, run_id)
  SELECT finished_at, runs.add_on_purchase_id, user_id, iif(results.change = 'give', 'given', 'taken'), runs.id
  FROM runs CROSS JOIN results ON run_id = runs.id
  WHERE finished_at IS NOT NULL AND results.change <> 'none' AND (pushed IS NULL OR pushed = 'confirmed')
  ORDER BY runs.id, number;

  -- The runs do not tell what GitLab changed between them.
  CREATE TEMP TABLE replayed AS
  SELECT add_on_purchase_id, user_id
  FROM (
    SELECT add_on_purchase_id, user_id, change, max(number)
    FROM history WHERE user_id IS NOT NULL GROUP BY add_on_purchase_id, user_id
  )
  WHERE change = 'given';
  INSERT INTO history (at, add_on_purchase_id, user_id, change, cause)
  SELECT coalesce(seen_at, assigned_at, (SELECT taken_at FROM subscription), ''), add_on_purchase_id, user_id,
    'found', 'before_history'
  FROM seats
  WHERE (add_on_purchase_id, user_id) NOT IN (SELECT add_on_purchase_id, user_id FROM replayed);
  INSERT INTO history (at, add_on_purchase_id, user_id, change, cause)
  SELECT coalesce((SELECT taken_at FROM subscription), ''), add_on_purchase_id, user_id, 'lost', 'before_history'
  FROM replayed
  WHERE (add_on_purchase_id, user_id) NOT IN (SELECT add_on_purchase_id, user_id FROM seats);
  DROP TABLE replayed;
`
