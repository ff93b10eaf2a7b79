export const removals = `
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
`
