/** How long the same trouble is not told again. */
const quietMs = 60_000

/**
 * Tells of trouble now and then: several requests are in flight, and each is repeated often.
 *
 * @returns takes the trouble, by which it is known again, and how it is told
 */
export function tellRarely(tell: (text: string) => void): (trouble: string, text: string) => void {
  let last = { trouble: '', at: Number.NEGATIVE_INFINITY }
  return (trouble, text) => {
    const now = Date.now()
    if (trouble === last.trouble && now - last.at < quietMs) return
    last = { trouble, at: now }
    tell(text)
  }
}
