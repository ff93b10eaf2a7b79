/** One step per schema version, counted by `user_version`. A released step never changes: append a new one. */
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
  -- The run that removes the seat. The seat is pending then, and held until the linked GitLab confirms the removal.
  ALTER TABLE seats ADD COLUMN removal_run_id INTEGER REFERENCES runs CHECK (removal_run_id IS NULL OR pending = 1);

  -- For a pending seat: GitLab had it when its first change was requested, or at the last sync since.
  ALTER TABLE seats ADD COLUMN in_gitlab INTEGER NOT NULL DEFAULT 0 CHECK (in_gitlab IN (0, 1));

  -- The first sync that showed the seat: its minimum age, as GitLab does not report when it was given.
  ALTER TABLE seats ADD COLUMN seen_at TEXT;

  ALTER TABLE runs ADD COLUMN removals INTEGER;
  -- The reason to refuse a run as a whole; for older runs always too_few_seats.
  ALTER TABLE runs ADD COLUMN refusal TEXT;
  UPDATE runs SET refusal = 'too_few_seats' WHERE refused = 1;
  ALTER TABLE runs DROP COLUMN refused;
  `,
  `
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
  `,
  `
  -- Usernames that a user had before. The trigger sees every rename, by a sync and by a look-up.
  CREATE TABLE former_usernames (
    username TEXT NOT NULL COLLATE NOCASE,
    user_id INTEGER NOT NULL REFERENCES users,
    PRIMARY KEY (username, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER users_renamed AFTER UPDATE OF username ON users
  WHEN old.username <> new.username COLLATE NOCASE
  BEGIN
    -- Without OR IGNORE: a trigger inherits the conflict clause of the statement that fires it.
    INSERT INTO former_usernames
    SELECT old.username, old.id
    WHERE NOT EXISTS (SELECT 1 FROM former_usernames WHERE username = old.username AND user_id = old.id);
  END;

  -- Confirmed addresses of a user besides users.email, in Unicode's composed form and in lower case.
  CREATE TABLE emails (
    address TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users,
    PRIMARY KEY (address, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX emails_of_user ON emails (user_id);
  -- An address that GitLab shows now needs no row. With letters outside ASCII, the old one had a row in its folded form: the
  -- next reading returns the other addresses.
  CREATE TRIGGER users_readdressed AFTER UPDATE OF email ON users WHEN old.email IS NOT new.email
  BEGIN
    DELETE FROM emails
    WHERE user_id = new.id AND (address = lower(new.email) OR old.email GLOB '*[^ -~]*');
  END;

  -- Users of the last sync, and those of them without any address that the token of the sync may see; null if never read.
  ALTER TABLE link ADD COLUMN users INTEGER;
  ALTER TABLE link ADD COLUMN users_without_address INTEGER;

  -- The former username by which the row names the user.
  ALTER TABLE results ADD COLUMN former_name TEXT;

  -- The groups that "serve" plays. A member without a user is an invitation by email.
  CREATE TABLE served_groups (
    id INTEGER PRIMARY KEY,
    full_path TEXT NOT NULL COLLATE NOCASE UNIQUE
  ) STRICT;
  CREATE TABLE served_members (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES served_groups,
    user_id INTEGER REFERENCES users,
    invited_email TEXT,
    access_level INTEGER NOT NULL,
    expires_on TEXT
  ) STRICT;
  CREATE INDEX served_members_of_group ON served_members (group_id);
  CREATE TABLE served_invited_groups (
    group_id INTEGER NOT NULL REFERENCES served_groups,
    invited_group_id INTEGER NOT NULL REFERENCES served_groups,
    access_level INTEGER NOT NULL,
    PRIMARY KEY (group_id, invited_group_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
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
  `,
  `
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
  `,
  `
  -- The user of the token for the linked GitLab, and GITLAB_USER_LOGIN of a CI job.
  ALTER TABLE runs ADD COLUMN gitlab_user_id INTEGER;
  ALTER TABLE runs ADD COLUMN gitlab_username TEXT;
  ALTER TABLE runs ADD COLUMN ci_user TEXT;
  `,
  `
  -- The holders of an add-on when its last purchase ended, or became one of the other add-on. A sync removes their seats.
  CREATE TABLE last_holders (
    add_on TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users,
    PRIMARY KEY (add_on, user_id)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO last_holders
  SELECT add_on, user_id FROM add_on_purchases JOIN seats ON add_on_purchase_id = id WHERE gone_at IS NOT NULL;
  `,
]
