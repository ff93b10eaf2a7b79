import { expect, expectTypeOf, test } from 'vitest'
import type {
  ReclaimRequest,
  ResultRow,
  RunRequest,
  StatusDocument,
  UserRow,
} from '../../../src/page/browser/documents.ts'
import type { EventRow, RunRow } from '../../../src/page/browser/history/history-documents.ts'
import type {
  ListChoices,
  ListReading,
  ListRunRequest,
  RejectsRequest,
} from '../../../src/page/browser/list/list-documents.ts'
import type { ListRunBody, RejectsBody, SettledBody } from '../../../src/page/list-body.ts'
import type { ReclaimBody, SeatsBody } from '../../../src/page/run-body.ts'
import type { historyColumns } from '../../../src/report/reports/history-row.ts'
import type { linkedUserColumns } from '../../../src/report/reports/listed-user-row.ts'
import type { recordedRunColumns } from '../../../src/report/reports/recorded-run-row.ts'
import type { linkedResultColumns } from '../../../src/report/reports/result-row.ts'
import { openTeam } from '../../support/sample-team.ts'
import { servePage } from './serve-page.ts'

type Mutable<Value> = Value extends readonly (infer Item)[] ? Item[] : Value

test('the browser knows the keys of the rows and of the requests', () => {
  expectTypeOf<keyof UserRow>().toEqualTypeOf<(typeof linkedUserColumns)[number]>()
  expectTypeOf<keyof ResultRow>().toEqualTypeOf<(typeof linkedResultColumns)[number]>()
  expectTypeOf<keyof EventRow>().toEqualTypeOf<(typeof historyColumns)[number]>()
  expectTypeOf<keyof RunRow>().toEqualTypeOf<(typeof recordedRunColumns)[number] | 'message'>()
  expectTypeOf<keyof RunRequest>().toEqualTypeOf<keyof SeatsBody>()
  expectTypeOf<Mutable<RunRequest['user_ids']>>().toEqualTypeOf<SeatsBody['user_ids']>()
  expectTypeOf<keyof ReclaimRequest>().toEqualTypeOf<keyof ReclaimBody>()
  // The page leaves the delimiter to the server.
  expectTypeOf<keyof ListRunRequest>().toEqualTypeOf<Exclude<keyof ListRunBody, 'delimiter'>>()
  expectTypeOf<keyof RejectsRequest>().toEqualTypeOf<Exclude<keyof RejectsBody, 'delimiter'>>()
  expectTypeOf<keyof (ListReading & ListChoices)>().toEqualTypeOf<Exclude<keyof SettledBody, 'delimiter'>>()
})

test('the server sends every key of the status that the browser reads', async () => {
  const { address } = await servePage(await openTeam())
  const { origin, hash } = new URL(address)
  const headers = { authorization: `Bearer ${hash.slice(1)}` }
  const response = await fetch(`${origin}/api/status`, { headers })
  const status = (await response.json()) as StatusDocument
  const { gitlab, linked, synced_at, inactive_for_days, attention } = status
  const { read_only, store, actor, today, start_command } = status
  const read = { gitlab, linked, synced_at, inactive_for_days, attention }
  expect(
    Object.entries({ ...read, read_only, store, actor, today, start_command }).filter(
      ([, value]) => value === undefined,
    ),
  ).toEqual([])
  expect(status.add_ons[0]).toEqual({
    add_on: 'duo-pro',
    bought: 4,
    held: 1,
    free: 3,
    pending: 0,
    idle: null,
    without_recorded_use: 1,
    not_eligible: 0,
    started_on: '2026-01-01',
    expires_on: '2099-01-01',
    state: 'active',
  })
})
