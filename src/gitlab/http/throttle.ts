const quietMs = 60_000

/**
 * Passes a text on, except one with the reason of the text before it within a minute: several requests fail at a time, and each
 * of them is sent again and again.
 */
export function throttle(pass: (text: string) => void): (reason: string, text: string) => void {
  let last = { reason: '', at: Number.NEGATIVE_INFINITY }
  return (reason, text) => {
    const now = performance.now()
    if (reason === last.reason && now - last.at < quietMs) return
    last = { reason, at: now }
    pass(text)
  }
}
