import { join } from 'node:path'

/** Environment of a run whose clock is set to a time. It goes on in the binary, and stands still in the process of a test. */
export function setClock(time: string): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--require ${join(import.meta.dirname, 'set-clock.cjs')}`,
    DUO_SEATS_TEST_CLOCK: time,
  }
}
