import { join } from 'node:path'

/** Environment of a run at 2026-03-02T09:00:00Z, an hour after the snapshots of `make-snapshot.ts`. */
export const frozenClock = { NODE_OPTIONS: `--require ${join(import.meta.dirname, 'frozen-clock.cjs')}` }

/** The value of `assigned_at` under the frozen clock. */
export const frozenNow = '2026-03-02T09:00:00.000Z'
