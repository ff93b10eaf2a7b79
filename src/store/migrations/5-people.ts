export const people = `
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
`
