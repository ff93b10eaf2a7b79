import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vitest/config'
import { chooseFolder } from './support/choose-folder.mts'
import { LongFilesFirst } from './support/long-files-first.mts'

/** Stands in for the bundler: a schema and a help topic are texts. */
const loadAssets: Plugin = {
  name: 'load-assets',
  enforce: 'pre',
  load: (id) =>
    /\.(graphql|md)$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : null,
}

export default defineConfig({
  plugins: [loadAssets],
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    // For a test that would never end: no test may depend on how fast the machine is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    env: {
      // Far from UTC, so that a local day differs from the day of a store.
      TZ: 'Pacific/Kiritimati',
      TMPDIR: chooseFolder(),
      // Node reads it when a worker starts. Tests in the process of a worker trust the TLS peers.
      NODE_EXTRA_CA_CERTS: join(import.meta.dirname, 'gitlab/peer-certificate.pem'),
    },
    // Files of one worker share their modules: loading the played GitLab takes longer than most files.
    isolate: false,
    // Most tests wait for the binary that they run, or for the browser.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongFilesFirst },
    reporters: ['default', './support/closing-line.ts'],
  },
})
