import { describe, expect, test } from 'vitest'
import { describeStaleness, listSubscriptionWarnings, type Subscription } from '../../src/domain/snapshot.ts'

const now = '2026-03-05T08:00:00.000Z'

const subscription: Subscription = {
  offering: 'self-managed',
  url: 'https://gitlab.example.com',
  group: null,
  plan: 'ultimate',
  gitlabVersion: '17.11.2',
  lastSyncAt: '2026-03-02T03:10:00.000Z',
}

const stale =
  "The instance last synchronised its subscription at 2026-03-02T03:10:00.000Z, 76 hours ago; GitLab's limit is 72 hours."

describe('subscription warnings', () => {
  test('a subscription that was synchronised more than 72 hours ago has a warning with the remedy', () => {
    expect(listSubscriptionWarnings(subscription, now)).toEqual([
      `${stale} In the Admin area open Subscription, then "Synchronize subscription".`,
    ])
    expect(describeStaleness('2026-03-02T03:10:00.000Z', now)).toBe(stale)
  })

  test.each<[string, Partial<Subscription>]>([
    ['that was synchronised 72 hours ago', { lastSyncAt: '2026-03-02T08:00:00.000Z' }],
    ['whose last synchronisation lies in the future', { lastSyncAt: '2026-03-09T08:00:00.000Z' }],
    ['without a known synchronisation', { lastSyncAt: null }],
    ['of GitLab.com', { offering: 'gitlab.com', group: 'acme' }],
  ])('a subscription %s has no warning', (_, facts) => {
    expect(listSubscriptionWarnings({ ...subscription, ...facts }, now)).toEqual([])
  })
})
