import { expect, test } from 'vitest'
import { formatErrorJson } from '../../src/report/formats/write-json.ts'
import type { Page } from '../../src/report/page.ts'
import { formatRakeError } from '../../src/report/reports/write-rake.ts'
import { type RunFormat, writeRun } from '../../src/report/reports/write-run.ts'
import { loadStyle } from '../../src/report/style.ts'
import { print } from './collected-page.ts'
import { everyOutcome, fullRun, linkedRun, makeResult, makeRun } from './sample-reports.ts'

const emptyRun = makeRun({ results: [], summary: { freeBefore: 2, freeAfter: 2 } })

function printRun(report: typeof fullRun, format: RunFormat, page: Partial<Page> = {}): Promise<string> {
  return print((target) => writeRun(report, format, target), page)
}

test('the table has a line for each result and lists the users without a seat', async () => {
  expect(await printRun(fullRun, 'table')).toBe(`\
LINE  USER  OUTCOME                    MESSAGE
2     ada   ✓ assigned                 Seat assigned.
3     bob   ✓ already_assigned         The user already has a seat.
4     ada   – duplicate                Same user as on line 2.
5     typo  ✗ user_not_found           No user has the username "typo".
6     carl  ✗ ambiguous_user           The row does not match exactly one user: username "carl" matches @carl, email "eve@example.com" matches @eve.
7     dora  ✗ invalid_user_membership  The user is blocked.
8     eve   ✗ no_seats_available       No seat is free.
9     fred  ✗ no_seats_available       No seat is free.
10    eve   – duplicate                Same user as on line 8.

9 rows: 1 assigned, 1 already_assigned, 2 duplicate, 1 user_not_found, 1 ambiguous_user, 1 invalid_user_membership, 2 no_seats_available.
Seats free: 1 before, 0 after.
3 users needed a seat, 1 was free. 2 without a seat: @eve (line 8), @fred (line 9).
Recorded in the store only: GitLab itself was not changed.
`)
})

test('the table of typed names has no line numbers, and a dry run is reported as one', async () => {
  const results = [makeResult({ line: null }), makeResult({ line: null, input: 'bob', userId: 8 })]
  const report = makeRun({
    results,
    run: { command: 'assign', dryRun: true, id: null },
    summary: { needed: 2, freeBefore: 5, freeAfter: 3 },
  })
  expect(await printRun(report, 'table')).toBe(`\
USER  OUTCOME     MESSAGE
ada   ✓ assigned  Seat would be assigned.
bob   ✓ assigned  Seat would be assigned.

2 rows: 2 assigned.
Seats free: 5 before, 3 after.
Dry run: nothing was written.
The store is not linked: GitLab itself would not be changed.
`)
})

test('the table of a refused run reports that nothing was written, and at most ten names', async () => {
  const seatless = Array.from({ length: 12 }, (_, index) =>
    makeResult({ line: index + 3, input: `u${index}`, userId: index + 8, outcome: 'no_seats_available' }),
  )
  const report = makeRun({
    results: [makeResult({ outcome: 'not_attempted' }), ...seatless],
    summary: { refusal: 'too_few_seats', needed: 13, freeBefore: 1, freeAfter: 1, short: 12 },
  })
  const printed = await printRun(report, 'table')
  expect(printed.slice(printed.indexOf('\n\n') + 2)).toBe(`\
13 rows: 12 no_seats_available, 1 not_attempted.
12 users too many: @u0 (line 3), @u1 (line 4), @u2 (line 5), @u3 (line 6), @u4 (line 7), @u5 (line 8), @u6 (line 9), @u7 (line 10), @u8 (line 11), @u9 (line 12) and 2 more.
Refused: 13 seats needed, 1 free. Nothing was written.
Shorten the list, buy seats, or assign the free seats with --on-shortage fill.
`)
})

test('the table reports no free seats when more seats are held than were bought', async () => {
  const report = makeRun({
    results: [makeResult({ line: null, outcome: 'no_seats_available' })],
    summary: { needed: 1, freeBefore: -2, freeAfter: -2, short: 1 },
  })
  const printed = await printRun(report, 'table')
  expect(printed.slice(printed.indexOf('\n\n') + 2)).toBe(`\
1 row: 1 no_seats_available.
Seats free: 0 (2 too many held) before, 0 (2 too many held) after.
1 user needed a seat, 0 were free. 1 without a seat: @ada.
Recorded in the store only: GitLab itself was not changed.
`)
})

test('a run without rows reports that there was nothing to do', async () => {
  expect(await printRun(emptyRun, 'table')).toBe('The list names no user. Nothing to do.\n')
  expect(await printRun(emptyRun, 'ndjson')).toBe('')
  expect(await printRun(emptyRun, 'csv')).toBe(
    'line,input,username,user_id,outcome,success,reason,message,suggestions\n',
  )
  expect(await printRun(emptyRun, 'rake')).toBe('\nSuccessful Assignments:\n\n\nFailed Assignments:\n\n')
  expect(await printRun(emptyRun, 'json')).toBe(`\
{
  "schema": 1,
  "run": {"id":3,"command":"bulk-assign","add_on":"duo-pro","dry_run":false,"started_at":"2026-03-02T08:00:00.000Z","finished_at":"2026-03-02T08:00:01.000Z"},
  "summary": {"rows":0,"outcomes":{},"needed":0,"removals":0,"free_before":2,"free_after":2,"short":0},
  "recorded_only": true,
  "results": []
}
`)
})

test('--quiet hides the table and no machine-readable format', async () => {
  const quiet = { isQuiet: true }
  expect(await printRun(fullRun, 'table', quiet)).toBe('')
  expect(await printRun(emptyRun, 'table', quiet)).toBe('')
  for (const format of ['json', 'ndjson', 'csv', 'rake'] as const)
    expect(await printRun(fullRun, format, quiet)).toBe(await printRun(fullRun, format))
})

test('the table wraps messages on a narrow terminal and colours outcomes', async () => {
  const results = everyOutcome.filter(({ line }) => line === 2 || line === 4 || line === 6)
  const page = { width: 60, style: await loadStyle(true) }
  const printed = await printRun(makeRun({ results }), 'table', page)
  expect(printed.slice(0, printed.indexOf('\n\n')).replaceAll('\u001b[', '<')).toBe(`\
<2mLINE<22m  <2mUSER<22m  <2mOUTCOME<22m           <2mMESSAGE<22m
2     ada   <32m✓ assigned<39m        Seat assigned.
4     ada   <2m– duplicate<22m       Same user as on line 2.
6     carl  <31m✗ ambiguous_user<39m  The row does not match exactly
                              one user: username "carl"
                              matches @carl, email
                              "eve@example.com" matches
                              @eve.`)
})

test('wide characters keep the columns aligned, and only an overlong name exceeds its column', async () => {
  const overlong = 'x'.repeat(100)
  const results = [
    makeResult({ line: 2, input: '林美玲' }),
    makeResult({ line: 3, input: overlong }),
    makeResult({ line: 4, input: 'Jürgen' }),
  ]
  const printed = await printRun(makeRun({ results }), 'table')
  expect(printed.split('\n').slice(1, 4)).toEqual([
    `2     林美玲${' '.repeat(56)}✓ assigned  Seat assigned.`,
    `3     ${overlong}  ✓ assigned  Seat assigned.`,
    `4     Jürgen${' '.repeat(56)}✓ assigned  Seat assigned.`,
  ])
})

test('a word longer than its column is cut into lines without loss', async () => {
  const name = 'abcdefghij'.repeat(10)
  const printed = await printRun(makeRun({ results: [makeResult({ input: name })] }), 'table', { width: 60 })
  const [header = '', ...rows] = printed.slice(0, printed.indexOf('\n\n')).split('\n')
  const column = [header.indexOf('USER'), header.indexOf('OUTCOME')] as const
  expect(Math.max(...rows.map(({ length }) => length))).toBeLessThanOrEqual(60)
  expect(rows.map((row) => row.slice(...column).trim()).join('')).toBe(name)
})

test('JSON is one document with the run, its summary and a line for each result', async () => {
  const printed = await printRun(fullRun, 'json')
  expect(printed.split('\n').slice(0, 7).join('\n')).toBe(`\
{
  "schema": 1,
  "run": {"id":3,"command":"bulk-assign","add_on":"duo-pro","dry_run":false,"started_at":"2026-03-02T08:00:00.000Z","finished_at":"2026-03-02T08:00:01.000Z"},
  "summary": {"rows":9,"outcomes":{"assigned":1,"already_assigned":1,"duplicate":2,"user_not_found":1,"ambiguous_user":1,"invalid_user_membership":1,"no_seats_available":2},"needed":3,"removals":0,"free_before":1,"free_after":0,"short":2},
  "recorded_only": true,
  "results": [
    {"line":2,"input":"ADA","username":"ada","user_id":7,"outcome":"assigned","success":true,"reason":null,"message":"Seat assigned.","suggestions":[]},`)
  const rows = (await printRun(fullRun, 'ndjson')).trimEnd().split('\n')
  expect(JSON.parse(printed).results).toEqual(rows.map((row) => JSON.parse(row)))
})

test('NDJSON has a line for each result', async () => {
  expect(await printRun(fullRun, 'ndjson')).toBe(`\
{"line":2,"input":"ADA","username":"ada","user_id":7,"outcome":"assigned","success":true,"reason":null,"message":"Seat assigned.","suggestions":[]}
{"line":3,"input":"bob","username":"bob","user_id":8,"outcome":"already_assigned","success":true,"reason":null,"message":"The user already has a seat.","suggestions":[]}
{"line":4,"input":"@ada","username":"ada","user_id":7,"outcome":"duplicate","success":true,"reason":null,"message":"Same user as on line 2.","suggestions":[]}
{"line":5,"input":"typo","username":null,"user_id":null,"outcome":"user_not_found","success":false,"reason":null,"message":"No user has the username \\"typo\\".","suggestions":[]}
{"line":6,"input":"carl","username":null,"user_id":null,"outcome":"ambiguous_user","success":false,"reason":null,"message":"The row does not match exactly one user: username \\"carl\\" matches @carl, email \\"eve@example.com\\" matches @eve.","suggestions":[]}
{"line":7,"input":"dora","username":"dora","user_id":10,"outcome":"invalid_user_membership","success":false,"reason":"blocked","message":"The user is blocked.","suggestions":[]}
{"line":8,"input":"eve","username":"eve","user_id":11,"outcome":"no_seats_available","success":false,"reason":null,"message":"No seat is free.","suggestions":[]}
{"line":9,"input":"fred","username":"fred","user_id":12,"outcome":"no_seats_available","success":false,"reason":null,"message":"No seat is free.","suggestions":[]}
{"line":10,"input":"Eve","username":"eve","user_id":11,"outcome":"duplicate","success":false,"reason":null,"message":"Same user as on line 8.","suggestions":[]}
`)
})

test('CSV has a header, the keys of JSON and no formulas', async () => {
  expect(await printRun(fullRun, 'csv')).toBe(`\
line,input,username,user_id,outcome,success,reason,message,suggestions
2,ADA,ada,7,assigned,true,,Seat assigned.,
3,bob,bob,8,already_assigned,true,,The user already has a seat.,
4,'@ada,ada,7,duplicate,true,,Same user as on line 2.,
5,typo,,,user_not_found,false,,"No user has the username ""typo"".",
6,carl,,,ambiguous_user,false,,"The row does not match exactly one user: username ""carl"" matches @carl, email ""eve@example.com"" matches @eve.",
7,dora,dora,10,invalid_user_membership,false,blocked,The user is blocked.,
8,eve,eve,11,no_seats_available,false,,No seat is free.,
9,fred,fred,12,no_seats_available,false,,No seat is free.,
10,Eve,eve,11,duplicate,false,,Same user as on line 8.,
`)
})

test('the table marks pending results and names the remedy for a refusal', async () => {
  expect(await printRun(linkedRun, 'table')).toBe(`\
LINE  USER  OUTCOME                          MESSAGE
2     ada   ✓ assigned                       Seat assigned.
3     bob   … pending                        Seat requested, not yet confirmed by GitLab. Run "duo-seats sync".
4     bob   – duplicate                      Same user as on line 3.
5     carl  ✓ already_assigned               The user already has a seat.
6     dora  ✗ invalid_user_membership        The user is no longer eligible, GitLab reports. Run "duo-seats sync", then assign again to see why.
7     eve   ✗ not_attempted                  Not assigned: GitLab has too few free seats for the whole list. Buy seats, or shorten the list.
8     fred  ✗ not_attempted                  Not assigned: the request was discarded before GitLab confirmed it.
9     gil   ✗ seat_assignment_not_supported  GitLab does not assign GitLab Duo Pro seats to users. Choose another add-on with --add-on.
10    hal   ✗ incompatible_add_on            GitLab does not accept the purchase as GitLab Duo Pro. Run "duo-seats sync" to see what was bought.
11    ida   ✗ refused_by_gitlab              GitLab refused the change with the code SOME\\u{1b}THING_NEW. Try it in GitLab under Settings, GitLab Duo, or update duo-seats.

10 rows: 1 assigned, 1 pending, 1 already_assigned, 1 duplicate, 1 invalid_user_membership, 2 not_attempted, 1 seat_assignment_not_supported, 1 incompatible_add_on, 1 refused_by_gitlab.
Seats free: 8 before, 6 after.
GitLab was asked during the run. The last sync was 3 hours ago (2026-03-02 19:00 +14:00).
`)
})

test('the table prints pending results in yellow', async () => {
  const printed = await printRun(linkedRun, 'table', { style: await loadStyle(true) })
  expect(printed.replaceAll('\u001b[', '<').split('\n')[2]).toMatch(/^3 {5}bob {3}<33m… pending<39m /)
})

test('results of a linked store have their push state as the last key', async () => {
  const rows = (await printRun(linkedRun, 'csv')).split('\n')
  expect(rows.slice(0, 5)).toEqual([
    'line,input,username,user_id,outcome,success,reason,message,suggestions,pushed',
    '2,ada,ada,7,assigned,true,,Seat assigned.,,confirmed',
    '3,bob,bob,8,pending,false,,"Seat requested, not yet confirmed by GitLab. Run ""duo-seats sync"".",,pending',
    '4,Bob,bob,8,duplicate,false,,Same user as on line 3.,,',
    '5,carl,carl,9,already_assigned,true,,The user already has a seat.,,',
  ])
  const ndjson = (await printRun(linkedRun, 'ndjson')).trimEnd().split('\n')
  expect(Object.keys(JSON.parse(ndjson[0] ?? '')).at(-1)).toBe('pushed')
  expect(JSON.parse(await printRun(linkedRun, 'json')).results).toEqual(
    ndjson.map((line) => JSON.parse(line)),
  )
})

test('the rake format lists pending and refused results as failed with their code', async () => {
  expect(await printRun(linkedRun, 'rake')).toBe(`
Successful Assignments:
User assigned: ada
User assigned: carl

Failed Assignments:
Failed to assign seat to user: bob, Errors: ["PENDING"]
Failed to assign seat to user: Bob, Errors: ["PENDING"]
Failed to assign seat to user: dora, Errors: ["INVALID_USER_MEMBERSHIP"]
Failed to assign seat to user: eve, Errors: ["NOT_ATTEMPTED"]
Failed to assign seat to user: fred, Errors: ["NOT_ATTEMPTED"]
Failed to assign seat to user: gil, Errors: ["SEAT_ASSIGNMENT_NOT_SUPPORTED"]
Failed to assign seat to user: hal, Errors: ["INCOMPATIBLE_ADD_ON"]
Failed to assign seat to user: ida, Errors: ["SOME\\u{1b}THING_NEW"]
`)
})

test('the rake format prints the lines of the Rake task, also for the rows after a shortage', async () => {
  expect(
    await print((page) => writeRun({ ...fullRun, run: { ...fullRun.run, group: 'acme' } }, 'rake', page)),
  ).toBe(`
Namespace found: acme

Successful Assignments:
User assigned: ADA
User assigned: bob
User assigned: @ada

Failed Assignments:
User is not found: typo
User is not found: carl
Failed to assign seat to user: dora, Errors: ["INVALID_USER_MEMBERSHIP"]
Failed to assign seat to user: eve, Errors: ["NO_SEATS_AVAILABLE"]
##No seats are left; users starting from @eve onwards were not assigned.##
Failed to assign seat to user: fred, Errors: ["NO_SEATS_AVAILABLE"]
Failed to assign seat to user: Eve, Errors: ["NO_SEATS_AVAILABLE"]
`)
})

test('the rake format prints an empty section as one empty line', async () => {
  const unknown = makeResult({ input: '', userId: null, username: null, outcome: 'user_not_found' })
  expect(await printRun(makeRun({ results: [unknown] }), 'rake')).toBe(`
Successful Assignments:


Failed Assignments:
User is not found: \n`)
  expect(await printRun(makeRun({ results: [makeResult({})] }), 'rake')).toBe(`
Successful Assignments:
User assigned: ada

Failed Assignments:

`)
})

test('a report of thousands of rows is complete in every format', async () => {
  const results = Array.from({ length: 2500 }, (_, index) => makeResult({ line: index + 2, userId: index }))
  const report = makeRun({ results })
  expect(JSON.parse(await printRun(report, 'json')).results.length).toBe(2500)
  expect((await printRun(report, 'ndjson')).split('\n').length).toBe(2501)
  expect((await printRun(report, 'csv')).split('\n').length).toBe(2502)
  expect((await printRun(report, 'table')).split('\n').length).toBe(2506)
})

test('an error in JSON is a document of its own', () => {
  const error = { code: 'usage', message: 'No such file: "a\u009bb".', hint: null }
  expect(formatErrorJson(error)).toBe(
    '{"schema":1,"error":{"code":"usage","message":"No such file: \\"a\\u009bb\\".","hint":null}}\n',
  )
})

test('the rake format prints the error blocks of the Rake task', () => {
  const rule = '='.repeat(80)
  expect(formatRakeError('no_purchase', 'acme')).toBe(`
Namespace found: acme
${rule}
## ERROR ##
Unable to find Duo add-on purchase.
Please ensure the necessary add-on is already purchased and exists.
${rule}
`)
  expect(formatRakeError('invalid_path', null)).toBe(`\
${rule}=
## ERROR ##
File path is invalid.
Please specify a valid file path by setting the DUO_BULK_USER_FILE_PATH
environment variable or by providing it as an argument.
${rule}
`)
})
