import { spawn } from 'node:child_process'
import { binary, collect, type Finished, type Workdir } from './workdir.ts'

const preamble = 'set -o pipefail\nduo-seats() { "$NODE" "$BINARY" "$@"; }\n'

/** Runs a line of bash in which `duo-seats` is the real binary. A pipe fails when one of its commands fails. */
export function runInShell(workdir: Workdir, line: string): Promise<Finished> {
  const child = spawn('bash', ['-c', preamble + line], {
    cwd: workdir.path,
    env: {
      PATH: process.env['PATH'],
      HOME: workdir.path,
      DUO_SEATS_STORE: workdir.join('store.db'),
      NODE: process.execPath,
      BINARY: binary,
    },
  })
  child.stdin.end()
  return collect(child)
}
