import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tellRarely } from '../../src/gitlab/http/tell-rarely.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the same trouble is told once a minute, and another one at once', () => {
  const told: string[] = []
  const tell = tellRarely((text) => told.push(text))
  for (let second = 0; second < 130; second += 10) {
    tell('502', `502 after ${second} s`)
    vi.advanceTimersByTime(10_000)
  }
  tell('429', '429')
  tell('502', '502 again')
  expect(told).toEqual(['502 after 0 s', '502 after 60 s', '502 after 120 s', '429', '502 again'])
})
