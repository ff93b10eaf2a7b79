import type { Reporter, TestModule } from 'vitest/node'

/** Ends a test run with a plain line such as `12 passed, 0 failed`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const unloaded = modules.filter((module) => module.errors().length > 0).length
    process.stdout.write(`\n${count('passed')} passed, ${count('failed') + unloaded} failed\n`)
  }
}
