// Preloaded with --require: the clock is set to DUO_SEATS_TEST_CLOCK, and goes on.
const RealDate = Date
const aheadMs = RealDate.parse(process.env.DUO_SEATS_TEST_CLOCK) - RealDate.now()
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [RealDate.now() + aheadMs] : parts))
  }
  static now() {
    return RealDate.now() + aheadMs
  }
}
