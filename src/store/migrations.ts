/**
 * The schema as the steps that made it, one string a version; `user_version` counts those that a store has seen. A step
 * that was released never changes: a new one is appended.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE subscription (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    offering TEXT NOT NULL,
    url TEXT NOT NULL,
    group_path TEXT,
    plan TEXT NOT NULL,
    gitlab_version TEXT NOT NULL,
    last_sync_at TEXT,
    taken_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
  ) STRICT;

  -- A user who vanished stays, with gone_at: past results name the user.
  CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    state TEXT NOT NULL,
    type TEXT NOT NULL,
    member INTEGER NOT NULL CHECK (member IN (0, 1)),
    last_activity_on TEXT,
    last_duo_activity_on TEXT,
    gone_at TEXT
  ) STRICT;
  -- Holds all that a decision needs: reading the user as well would cost a page of the file for each row of a list.
  CREATE INDEX users_by_username ON users (username COLLATE NOCASE, state, type, member, email IS NULL)
    WHERE gone_at IS NULL;
  CREATE INDEX users_by_email ON users (email COLLATE NOCASE) WHERE gone_at IS NULL AND email IS NOT NULL;

  CREATE TABLE add_on_purchases (
    id INTEGER PRIMARY KEY,
    add_on TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    started_on TEXT,
    expires_on TEXT,
    trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
    gone_at TEXT
  ) STRICT;

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    command TEXT NOT NULL,
    add_on_purchase_id INTEGER NOT NULL REFERENCES add_on_purchases,
    options TEXT NOT NULL CHECK (json_valid(options)),
    source TEXT,
    source_sha256 TEXT,
    actor TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    ci_job_url TEXT,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    refused INTEGER CHECK (refused IN (0, 1)),
    needed INTEGER,
    free_before INTEGER,
    free_after INTEGER
  ) STRICT;

  -- run_id is the run that gave the seat; null when GitLab did.
  CREATE TABLE seats (
    add_on_purchase_id INTEGER NOT NULL REFERENCES add_on_purchases,
    user_id INTEGER NOT NULL REFERENCES users,
    assigned_at TEXT,
    run_id INTEGER REFERENCES runs,
    PRIMARY KEY (add_on_purchase_id, user_id)
  ) STRICT, WITHOUT ROWID;

  -- number counts the results of a run from 1; duplicate_of is the number of the result that named the user first.
  CREATE TABLE results (
    run_id INTEGER NOT NULL REFERENCES runs,
    number INTEGER NOT NULL,
    line INTEGER,
    input TEXT NOT NULL,
    user_id INTEGER,
    outcome TEXT NOT NULL,
    reason TEXT,
    detail TEXT,
    duplicate_of INTEGER,
    PRIMARY KEY (run_id, number)
  ) STRICT, WITHOUT ROWID;
  `,
  `
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
  `,
  `
  -- Of a seat that is to be taken back: the run that took it. It is pending then, and held until the linked GitLab confirms it.
  ALTER TABLE seats ADD COLUMN removal_run_id INTEGER REFERENCES runs CHECK (removal_run_id IS NULL OR pending = 1);

  -- Of a pending seat: GitLab had it when its first change was staged, or at the last sync since.
  ALTER TABLE seats ADD COLUMN in_gitlab INTEGER NOT NULL DEFAULT 0 CHECK (in_gitlab IN (0, 1));

  -- When a sync first showed the seat: it is at least so old, where nobody tells when it was given.
  ALTER TABLE seats ADD COLUMN seen_at TEXT;

  ALTER TABLE runs ADD COLUMN removals INTEGER;
  -- Why a run was refused as a whole; of older runs it is always too_few_seats.
  ALTER TABLE runs ADD COLUMN refusal TEXT;
  UPDATE runs SET refusal = 'too_few_seats' WHERE refused = 1;
  ALTER TABLE runs DROP COLUMN refused;
  `,
]
