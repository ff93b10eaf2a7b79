// Preloaded with --require: today is always the same day, for documents that show one.
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
