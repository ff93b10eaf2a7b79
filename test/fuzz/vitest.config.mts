import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../vitest.config.mts'

const { test, ...others } = base

export default mergeConfig(
  others,
  defineConfig({
    test: {
      ...test,
      include: ['fuzz/*.fuzz.ts'],
      // One file after the other, so a second run with the same seed has the same timing.
      fileParallelism: false,
      testTimeout: 0,
    },
  }),
)
