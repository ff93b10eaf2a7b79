import { expect, test } from 'vitest'
import type { AddOn, PurchaseInUse } from '../../src/domain/add-on.ts'
import type { SyncReport } from '../../src/domain/sync-change.ts'
import { type Format, writeDocument } from '../../src/report/formats/formats.ts'
import { createSyncDocument } from '../../src/report/reports/sync-document.ts'
import { print } from './collected-page.ts'
import { makeChange, makeSync } from './sample-reports.ts'

function printSync(report: SyncReport, format: Format, isQuiet = false): Promise<string> {
  return print((page) => writeDocument(createSyncDocument(report), format, page), { isQuiet })
}

const duoPro = { addOn: 'duo-pro' } as const

function inUse(addOn: AddOn, assigned: number, quantity: number): PurchaseInUse {
  const period = { startedOn: null, expiresOn: null, trial: false, goneAt: null }
  return { id: 1, addOn, quantity, assigned, confirmed: assigned, ...period }
}

const manyChanges = makeSync(
  [
    makeChange('user_added', { userId: 1, username: 'ada' }),
    makeChange('user_added', { userId: 2, username: 'bob' }),
    makeChange('user_changed', { userId: 3, username: 'carl', before: 'active', after: 'blocked' }),
    makeChange('user_gone', { userId: 4, username: 'dora' }),
    makeChange('add_on_purchase_added', { addOn: 'duo-enterprise', after: '5 seats' }),
    makeChange('add_on_purchase_changed', { ...duoPro, before: '2 seats', after: '1 seat' }),
    makeChange('seat_gained', { ...duoPro, userId: 1, username: 'ada' }),
    makeChange('seat_gained', { addOn: 'duo-enterprise', userId: 2, username: 'bob' }),
    makeChange('seat_lost', { ...duoPro, userId: 9 }),
    makeChange('seat_kept', { ...duoPro, userId: 5, username: 'eve' }),
    makeChange('holder_not_eligible', { ...duoPro, userId: 3, username: 'carl', after: 'not_a_member' }),
    makeChange('seats_exceeded', { ...duoPro, before: '1', after: '3' }),
  ],
  {
    activityUpdated: 4,
    warnings: ['Add-ons need Premium.'],
    totals: {
      users: 225,
      purchases: [inUse('duo-pro', 3, 1), inUse('duo-enterprise', 1, 5)],
    },
  },
)

test('the text of a sync counts users and names the users of gained, lost, kept and ineligible seats', async () => {
  expect(await printSync(manyChanges, 'table')).toBe(`\
https://gitlab.com, group acme
Taken at 2026-03-02 22:00 +14:00, plan ultimate, GitLab 17.11.2

Users: 2 new, 1 changed, 1 gone, 4 with other activity days.
New purchase: 5 seats.
Changed purchase: 2 seats; now 1 seat.
GitLab Duo Pro: 1 seat gained: @ada.
GitLab Duo Enterprise: 1 seat gained: @bob.
GitLab Duo Pro: 1 seat lost: user 9.
GitLab Duo Pro: 1 seat kept, since assigned after the snapshot was taken: @eve.
GitLab Duo Pro: 1 holder not eligible: @carl (not a member).
GitLab Duo Pro: Seats held: 3, bought: 1, too many: 2. At its next refresh GitLab removes the surplus without a notice: first from holders without recorded use, latest assigned first, then from holders with use, oldest use first.

225 users. GitLab Duo Pro: 3 of 1 seat held. GitLab Duo Enterprise: 1 of 5 seats held. 9 changes.
`)
})

test('the text of a sync without changes reports so and lists the findings', async () => {
  const heading = `\
https://gitlab.com, group acme
Taken at 2026-03-02 22:00 +14:00, plan ultimate, GitLab 17.11.2

No change.
`
  const totals = '\n0 users. 0 changes.\n'
  expect(await printSync(makeSync([]), 'table')).toBe(`${heading}${totals}`)
  const found = makeSync(
    [makeChange('holder_not_eligible', { ...duoPro, userId: 3, username: 'carl', after: 'blocked' })],
    { activityUpdated: 1 },
  )
  expect(await printSync(found, 'table')).toBe(
    `${heading}Users: 1 with other activity days.\nGitLab Duo Pro: 1 holder not eligible: @carl (blocked).\n${totals}`,
  )
})

test('the text of a sync has the last synchronisation and the counts of pushed changes', async () => {
  const { subscription } = makeSync([])
  const report = makeSync([], {
    subscription: { ...subscription, lastSyncAt: '2026-03-02T03:10:00.000Z' },
    pushed: { confirmed: 3, pending: 2, refused: 1 },
  })
  expect(await printSync(report, 'table')).toBe(`\
https://gitlab.com, group acme
Taken at 2026-03-02 22:00 +14:00, plan ultimate, GitLab 17.11.2, subscription synchronised 2026-03-02 17:10 +14:00

Pending changes: 3 confirmed by GitLab, 1 refused by GitLab, 2 still pending.
No change.

0 users. 0 changes.
`)
  expect(JSON.parse(await printSync(report, 'json'))).toMatchObject({
    snapshot: { last_sync_at: '2026-03-02T03:10:00.000Z' },
    pushed: { confirmed: 3, pending: 2, refused: 1 },
  })
  const confirmed = makeSync([], { pushed: { confirmed: 3, pending: 0, refused: 0 } })
  expect(await printSync(confirmed, 'table')).toContain('\nPending changes: 3 confirmed by GitLab.\n')
})

test('the text of a sync lists at most twenty names', async () => {
  const gained = Array.from({ length: 1000 }, (_, index) =>
    makeChange('seat_gained', { ...duoPro, userId: index, username: `u${index}` }),
  )
  const printed = await printSync(makeSync(gained), 'table')
  expect(printed.split('\n')[3]).toMatch(/^GitLab Duo Pro: 1,000 seats gained: @u0, .*, @u19 and 980 more\.$/)
})

test('--quiet hides the text of a sync and no machine-readable format', async () => {
  expect(await printSync(manyChanges, 'table', true)).toBe('')
  for (const format of ['json', 'ndjson', 'csv'] as const)
    expect(await printSync(manyChanges, format, true)).toBe(await printSync(manyChanges, format))
})

test('the JSON of a sync has the snapshot, a count for every code, the warnings and the changes', async () => {
  const changes = [makeChange('seat_lost', { ...duoPro, userId: 9, username: 'zoe' })]
  expect(await printSync(makeSync(changes, { activityUpdated: 4, warnings: ['Old.'] }), 'json')).toBe(`\
{
  "schema": 1,
  "snapshot": {"taken_at":"2026-03-02T08:00:00.000Z","offering":"gitlab.com","url":"https://gitlab.com","group":"acme","plan":"ultimate","gitlab_version":"17.11.2","last_sync_at":null},
  "summary": {"user_added":0,"user_changed":0,"user_gone":0,"add_on_purchase_added":0,"add_on_purchase_changed":0,"add_on_purchase_gone":0,"seat_refused":0,"removal_refused":0,"seat_gained":0,"seat_lost":1,"seat_kept":0,"removal_kept":0,"holder_not_eligible":0,"seats_exceeded":0,"activity_updated":4},
  "pushed": null,
  "emails": null,
  "warnings": ["Old."],
  "surplus": [],
  "changes": [
    {"change":"seat_lost","add_on":"duo-pro","username":"zoe","user_id":9,"before":null,"after":null,"message":"The user no longer has a GitLab Duo Pro seat."}
  ]
}
`)
})

test('the CSV and the NDJSON of a sync have the changes only', async () => {
  const changes = makeSync([
    makeChange('user_changed', { userId: 3, username: 'c', before: 'a', after: 'b' }),
  ])
  expect(await printSync(changes, 'csv')).toBe(
    'change,add_on,username,user_id,before,after,message\nuser_changed,,c,3,a,b,The user changed from a to b.\n',
  )
  expect(await printSync(changes, 'ndjson')).toBe(
    '{"change":"user_changed","add_on":null,"username":"c","user_id":3,"before":"a","after":"b","message":"The user changed from a to b."}\n',
  )
})
