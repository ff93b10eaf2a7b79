import { expect, test } from 'vitest'
import { type ChangedSeat, planReversal, type ReverseAction } from '../../src/domain/reversal.ts'

const given: ChangedSeat = { change: 'give', isHeld: true, lastRunId: 3, isChangedLater: false }
const taken: ChangedSeat = { change: 'take', isHeld: false, lastRunId: null, isChangedLater: false }

const cases: [sentence: string, seat: ChangedSeat, action: ReverseAction][] = [
  ['a seat that the run gave is taken', given, 'take'],
  ['a seat that another run gave since is skipped', { ...given, lastRunId: 4 }, 'skip_changed'],
  ['a seat that GitLab gave since is skipped', { ...given, lastRunId: null }, 'skip_changed'],
  ['a seat with a pending removal is skipped', { ...given, isHeld: false }, 'skip_changed'],
  ['a seat that the run took is given', taken, 'give'],
  ['a seat with a pending removal of the run is given', { ...taken, lastRunId: 3 }, 'give'],
  ['a seat with a pending removal of another run is skipped', { ...taken, lastRunId: 4 }, 'skip_changed'],
  ['a seat that is held again is skipped', { ...taken, isHeld: true, lastRunId: 3 }, 'skip_changed'],
  ['a seat that a later run changed is skipped', { ...taken, isChangedLater: true }, 'skip_changed'],
]

test.each(cases)('%s when a run is undone', (_, seat, action) => {
  expect(planReversal(3, seat)).toBe(action)
})
