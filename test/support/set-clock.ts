import { join } from 'node:path'

/** Environment of a run with the binary whose clock is set to a time, and goes on. */
export function setClock(time: string): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--require ${join(import.meta.dirname, 'set-clock.cjs')}`,
    DUO_SEATS_TEST_CLOCK: time,
  }
}
