export type SetBasedCommand = 'bulk-assign' | 'apply'

/** The rows of the list with the columns that the rules need. */
const namedRows = `
  SELECT
    list.rowid AS number, trim(list.username) AS input, users.id AS user_id,
    CASE WHEN users.type <> 'human' THEN users.type WHEN users.state <> 'active' THEN users.state END AS reason,
    seats.user_id IS NOT NULL AS holds_seat,
    CASE WHEN users.id IS NOT NULL THEN min(list.rowid) OVER (PARTITION BY users.id) END AS first
  FROM list
  LEFT JOIN users ON users.username = ltrim(trim(list.username), '@') COLLATE NOCASE AND users.gone_at IS NULL
  LEFT JOIN seats ON seats.add_on_purchase_id = 1 AND seats.user_id = users.id
`

/** Results of the users who lose a seat, before those of the list. */
const takeFromOthers = `
  CREATE TEMP TABLE named_rows AS ${namedRows};
  INSERT INTO results (run_id, number, line, input, user_id, outcome, reason, detail, duplicate_of)
    SELECT
      facts.run_id, row_number() OVER (ORDER BY users.id), NULL, username, users.id, 'unassigned',
      CASE WHEN users.type <> 'human' THEN users.type WHEN users.state <> 'active' THEN users.state END,
      NULL, NULL
    FROM facts, seats JOIN users ON users.id = seats.user_id
    WHERE add_on_purchase_id = 1 AND gone_at IS NULL
      AND users.id NOT IN (SELECT user_id FROM named_rows WHERE user_id IS NOT NULL)
    ORDER BY users.id;
  UPDATE facts SET taken = (SELECT count(*) FROM results WHERE results.run_id = facts.run_id);
  DELETE FROM seats WHERE add_on_purchase_id = 1
    AND user_id IN (SELECT user_id FROM results WHERE run_id = (SELECT run_id FROM facts));
`

/** The source of the rows of each command, and the statements before it. */
const commands: Record<SetBasedCommand, { before: string; named: string }> = {
  'bulk-assign': { before: '', named: namedRows },
  apply: { before: takeFromOthers, named: 'SELECT * FROM named_rows' },
}

/**
 * A script for the sqlite3 shell that writes the same seats and results with `.import` and set-based SQL. It supports less than
 * duo-seats: one key, one offering, no malformed input, no cap.
 */
export function writeSetBasedScript(command: SetBasedCommand, csv: string, cacheKib: number): string {
  const { before, named } = commands[command]
  return `
    PRAGMA cache_size = -${cacheKib};
    PRAGMA synchronous = FULL;
    CREATE TEMP TABLE list (username TEXT, team TEXT);
    .mode csv
    .import --schema temp --skip 1 ${csv} list
    BEGIN IMMEDIATE;
    INSERT INTO runs (command, add_on_purchase_id, options, actor, host, pid, started_at)
    VALUES ('${command}', 1, '{}', 'bench', 'bench', 0, strftime('%Y-%m-%dT%H:%M:%fZ'));
    CREATE TEMP TABLE facts AS
      SELECT
        (SELECT max(id) FROM runs) AS run_id,
        quantity - (SELECT count(*) FROM seats WHERE add_on_purchase_id = 1) AS free,
        0 AS taken
      FROM add_on_purchases WHERE id = 1;
    ${before}
    INSERT INTO results (run_id, number, line, input, user_id, outcome, reason, detail, duplicate_of)
    WITH
      named AS (${named}),
      ruled AS (
        SELECT *, CASE
          WHEN user_id IS NULL THEN 'user_not_found'
          WHEN first < number THEN 'duplicate'
          WHEN holds_seat THEN 'already_assigned'
          WHEN reason IS NOT NULL THEN 'invalid_user_membership'
        END AS rule
        FROM named
      ),
      ranked AS (SELECT *, sum(rule IS NULL) OVER (ORDER BY number) AS place FROM ruled)
    SELECT
      run_id, number + taken, number + 1, input, user_id,
      coalesce(rule, iif(place <= free + taken, 'assigned', 'no_seats_available')),
      iif(rule = 'invalid_user_membership', reason, NULL),
      iif(rule = 'user_not_found', 'username', NULL),
      iif(rule = 'duplicate', first + taken, NULL)
    FROM ranked, facts
    ORDER BY number;
    INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
      SELECT 1, user_id, strftime('%Y-%m-%dT%H:%M:%fZ'), run_id
      FROM results WHERE run_id = (SELECT run_id FROM facts) AND outcome = 'assigned'
      ORDER BY user_id;
    UPDATE runs SET finished_at = strftime('%Y-%m-%dT%H:%M:%fZ') WHERE id = (SELECT run_id FROM facts);
    COMMIT;
    SELECT outcome, count(*) FROM results WHERE run_id = (SELECT run_id FROM facts) GROUP BY outcome;
  `.replaceAll(/^ +\./gm, '.')
}
