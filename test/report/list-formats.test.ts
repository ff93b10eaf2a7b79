import { expect, test } from 'vitest'
import type { ListReport } from '../../src/domain/seat-list.ts'
import { type Format, writeDocument } from '../../src/report/formats/formats.ts'
import type { Page } from '../../src/report/page.ts'
import { createListDocument } from '../../src/report/reports/list-document.ts'
import { loadStyle } from '../../src/report/style.ts'
import { print } from './collected-page.ts'
import { makeList, makeUser } from './sample-reports.ts'

const ada = makeUser({})
const zoe = makeUser({
  userId: 8,
  username: 'zoe',
  name: '林 美玲',
  email: null,
  assignedAt: null,
  lastActivityOn: null,
  lastDuoActivityOn: null,
})
const holders = makeList([ada, zoe])

function printList(report: ListReport, format: Format, page: Partial<Page> = {}): Promise<string> {
  return print((target) => writeDocument(createListDocument(report), format, target), page)
}

test('the list table shows the seats as a bar and missing facts as private, unknown or never', async () => {
  expect(await printList(holders, 'table')).toBe(`\
GitLab Duo Pro
Seats: 5 of 6 held, 1 free  █████████████████░░░
Valid from 2026-01-01 until 2098-12-31

USERNAME  NAME     EMAIL            STATE   SEAT SINCE  LAST ACTIVITY  LAST DUO ACTIVITY
ada       Ada L.   ada@example.com  active  2026-02-01  2026-03-01     2026-02-28
zoe       林 美玲  private          active  unknown     never          unknown

2 users, as recorded in the store. It is not linked: commands do not change GitLab itself.
`)
})

test('the list table has the reason of ineligible users and no assignment day for users without a seat', async () => {
  const users = [
    ada,
    makeUser({ username: 'bob', holdsSeat: false, assignedAt: null }),
    makeUser({ username: 'x', state: 'blocked', holdsSeat: false, assignedAt: null, reason: 'blocked' }),
  ]
  const purchase = { quantity: 4, trial: true, startedOn: null, expiresOn: null }
  expect(await printList(makeList(users, purchase), 'table')).toBe(`\
GitLab Duo Pro (trial)
Seats: 5 of 4 held, 1 too many  ████████████████████
The term of the purchase is unknown.

USERNAME  NAME    EMAIL            STATE    SEAT SINCE  LAST ACTIVITY  LAST DUO ACTIVITY  WHY NOT
ada       Ada L.  ada@example.com  active   2026-02-01  2026-03-01     2026-02-28
bob       Ada L.  ada@example.com  active               2026-03-01     2026-02-28
x         Ada L.  ada@example.com  blocked              2026-03-01     2026-02-28         The user is blocked.

3 users, as recorded in the store. It is not linked: commands do not change GitLab itself.
`)
})

test('an empty list has no table, and --quiet prints nothing', async () => {
  const report = makeList([], { assigned: 0, quantity: 0 })
  expect(await printList(report, 'table', { isQuiet: true })).toBe('')
  expect(await printList(report, 'table')).toBe(`\
GitLab Duo Pro
Seats: 0 of 0 held, 0 free  ████████████████████
Valid from 2026-01-01 until 2098-12-31

0 users, as recorded in the store. It is not linked: commands do not change GitLab itself.
`)
})

test('the list table prints missing facts dim', async () => {
  const printed = await printList(makeList([zoe]), 'table', { style: await loadStyle(true) })
  expect(printed.replaceAll('\u001b[', '<').split('\n').slice(5, 6)).toEqual([
    'zoe       林 美玲  <2mprivate<22m  active  <2munknown<22m     <2mnever<22m          <2munknown<22m',
  ])
})

test('the JSON of a list has the purchase and the users', async () => {
  expect(await printList(holders, 'json')).toBe(`\
{
  "schema": 1,
  "purchase": {"id":1,"add_on":"duo-pro","quantity":6,"assigned":5,"free":1,"started_on":"2026-01-01","expires_on":"2099-01-01","gone_at":null},
  "surplus": null,
  "recorded_only": true,
  "users": [
    {"username":"ada","user_id":7,"name":"Ada L.","email":"ada@example.com","state":"active","holds_seat":true,"eligible":true,"reason":null,"assigned_at":"2026-02-01T09:00:00.000Z","last_activity_on":"2026-03-01","last_duo_activity_on":"2026-02-28"},
    {"username":"zoe","user_id":8,"name":"林 美玲","email":null,"state":"active","holds_seat":true,"eligible":true,"reason":null,"assigned_at":null,"last_activity_on":null,"last_duo_activity_on":null}
  ]
}
`)
})

test('the list of a linked store has the push state of every seat', async () => {
  const users = [
    ada,
    makeUser({ userId: 8, username: 'bob', isPending: true }),
    makeUser({ userId: 9, username: 'cleo', holdsSeat: false, assignedAt: null }),
  ]
  const linked = { ...makeList(users), linked: true }
  const rows = (await printList(linked, 'table')).split('\n').slice(4, 8)
  expect(rows).toEqual([
    'USERNAME  NAME    EMAIL            STATE   SEAT SINCE  LAST ACTIVITY  LAST DUO ACTIVITY',
    'ada       Ada L.  ada@example.com  active  2026-02-01  2026-03-01     2026-02-28',
    'bob       Ada L.  ada@example.com  active  pending     2026-03-01     2026-02-28',
    'cleo      Ada L.  ada@example.com  active              2026-03-01     2026-02-28',
  ])
  expect(await printList(linked, 'csv')).toBe(`\
username,user_id,name,email,state,holds_seat,eligible,reason,assigned_at,last_activity_on,last_duo_activity_on,pushed
ada,7,Ada L.,ada@example.com,active,true,true,,2026-02-01T09:00:00.000Z,2026-03-01,2026-02-28,confirmed
bob,8,Ada L.,ada@example.com,active,true,true,,2026-02-01T09:00:00.000Z,2026-03-01,2026-02-28,pending
cleo,9,Ada L.,ada@example.com,active,false,true,,,2026-03-01,2026-02-28,
`)
  const ndjson = (await printList(linked, 'ndjson')).trimEnd().split('\n')
  expect(ndjson.map((line) => JSON.parse(line).pushed)).toEqual(['confirmed', 'pending', null])
})

test('the CSV and the NDJSON of a list have the users only', async () => {
  const blocked = makeList([makeUser({ state: 'blocked', reason: 'blocked' })])
  expect(await printList(blocked, 'csv')).toBe(`\
username,user_id,name,email,state,holds_seat,eligible,reason,assigned_at,last_activity_on,last_duo_activity_on
ada,7,Ada L.,ada@example.com,blocked,true,false,blocked,2026-02-01T09:00:00.000Z,2026-03-01,2026-02-28
`)
  expect(await printList(blocked, 'ndjson')).toBe(`\
{"username":"ada","user_id":7,"name":"Ada L.","email":"ada@example.com","state":"blocked","holds_seat":true,"eligible":false,"reason":"blocked","assigned_at":"2026-02-01T09:00:00.000Z","last_activity_on":"2026-03-01","last_duo_activity_on":"2026-02-28"}
`)
})
