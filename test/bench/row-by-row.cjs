// The same job as GitLab's Rake task does it, without its pauses: five statements and a transaction for each row.
const { createReadStream } = require('node:fs')
const { createInterface } = require('node:readline')
const Database = require('better-sqlite3')

async function assignRowByRow(storePath, csvPath) {
  const database = new Database(storePath)
  database.pragma('synchronous = FULL')
  const runId = database
    .prepare(
      `INSERT INTO runs (command, add_on_purchase_id, options, actor, host, pid, started_at)
       VALUES ('bulk-assign', 1, '{}', 'bench', 'bench', 0, ?)`,
    )
    .run(new Date().toISOString()).lastInsertRowid
  const findUser = database.prepare(
    'SELECT * FROM users WHERE username = ? COLLATE NOCASE AND gone_at IS NULL',
  )
  const findSeat = database.prepare('SELECT 1 FROM seats WHERE add_on_purchase_id = 1 AND user_id = ?')
  const countFree = database.prepare(
    'SELECT quantity - (SELECT count(*) FROM seats WHERE add_on_purchase_id = 1) AS free FROM add_on_purchases WHERE id = 1',
  )
  const giveSeat = database.prepare(
    'INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id) VALUES (1, ?, ?, ?)',
  )
  const recordResult = database.prepare(
    'INSERT INTO results (run_id, number, line, input, user_id, outcome, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const assign = database.transaction((name, number) => {
    const user = findUser.get(name)
    const holdsSeat = user !== undefined && findSeat.get(user.id) !== undefined
    const { free } = countFree.get()
    let outcome = 'assigned'
    if (user === undefined) outcome = 'user_not_found'
    else if (holdsSeat) outcome = 'already_assigned'
    else if (user.type !== 'human' || user.state !== 'active') outcome = 'invalid_user_membership'
    else if (free <= 0) outcome = 'no_seats_available'
    else giveSeat.run(user.id, new Date().toISOString(), runId)
    recordResult.run(runId, number, number + 1, name, user?.id ?? null, outcome, null)
  })

  let number = 0
  for await (const line of createInterface({ input: createReadStream(csvPath) })) {
    if (number > 0) assign.immediate(line.split(',')[0], number)
    number += 1
  }
  database.close()
}

assignRowByRow(process.argv[2], process.argv[3])
