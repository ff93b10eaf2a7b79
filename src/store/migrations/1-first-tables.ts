export const firstTables = `
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
`
