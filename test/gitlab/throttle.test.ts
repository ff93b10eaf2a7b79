import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { throttle } from '../../src/gitlab/http/throttle.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('throttle passes a text with the same reason on once a minute, and one with another reason at once', () => {
  const passed: string[] = []
  const announce = throttle((text) => passed.push(text))
  for (let second = 0; second < 130; second += 10) {
    announce('502', `502 after ${second} s`)
    vi.advanceTimersByTime(10_000)
  }
  announce('429', '429')
  announce('502', '502 again')
  expect(passed).toEqual(['502 after 0 s', '502 after 60 s', '502 after 120 s', '429', '502 again'])
})
