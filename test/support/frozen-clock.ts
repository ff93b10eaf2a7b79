import { join } from 'node:path'

/** Environment of a run at 2026-03-02T09:00:00Z: an hour after the snapshots of `make-snapshot.ts` were taken. */
export const frozenClock = { NODE_OPTIONS: `--require ${join(import.meta.dirname, 'frozen-clock.cjs')}` }

/** What a seat that is given under the frozen clock has in `assigned_at`. */
export const frozenNow = '2026-03-02T09:00:00.000Z'
