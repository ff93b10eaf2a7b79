export const link = `
  -- The GitLab that the store mirrors; no row where it mirrors none.
  CREATE TABLE link (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    url TEXT NOT NULL,
    group_path TEXT,
    linked_at TEXT NOT NULL
  ) STRICT;

  -- A pending seat was given here, and the linked GitLab has not confirmed it yet.
  ALTER TABLE seats ADD COLUMN pending INTEGER NOT NULL DEFAULT 0 CHECK (pending IN (0, 1));
  CREATE INDEX seats_pending ON seats (add_on_purchase_id, user_id, run_id) WHERE pending = 1;

  -- IS NULL comes first, since SQLite would else build the list for each result of a store that is not linked.
  ALTER TABLE results ADD COLUMN pushed TEXT CHECK (pushed IS NULL OR pushed IN ('pending', 'confirmed', 'refused'));
  CREATE INDEX results_pending ON results (user_id, run_id) WHERE pushed = 'pending';

  -- A user who is known from a look-up of names and not from a sync.
  ALTER TABLE users ADD COLUMN looked_up INTEGER NOT NULL DEFAULT 0 CHECK (looked_up IN (0, 1));
  CREATE INDEX users_looked_up ON users (id) WHERE looked_up = 1;
`
