import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 60_000,
    // Vitest keeps a core for itself, and most tests wait for the binary that they run.
    maxWorkers: '100%',
    reporters: ['default', './support/closing-line.ts'],
  },
})
