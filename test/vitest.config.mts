import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    // For what would never end: no test may depend on how fast the machine is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Vitest keeps a core for itself, and most tests wait for the binary that they run.
    maxWorkers: '100%',
    reporters: ['default', './support/closing-line.ts'],
  },
})
