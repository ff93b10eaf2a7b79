// Preloaded with --require: the clock stands still, for documents that contain a time.
const frozen = Date.parse('2026-03-02T09:00:00Z')
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [frozen] : parts))
  }
  static now() {
    return frozen
  }
}
