import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take the longest, the longest first. */
const longFiles = [
  'page/browser/list',
  'runs/linked-history-property',
  'runs/seat-history-property',
  'page/browser/seat-changes',
  'cli/linked-kill',
  'page/browser/seats',
  'cli/gitlab-failures',
  'page/browser/accessibility',
  'page/browser/history',
  'cli/linked-removals',
  'cli/linked-addresses',
  'cli/completion-shells',
  'cli/command-line',
  'page/browser/linked-seats',
  'store/blocked-store',
  'cli/interrupted-at-terminal',
  'runs/linked-claims-property',
  'cli/interrupted-push',
  'cli/concurrency',
  'cli/gitlab-ci',
  'cli/faults',
  'cli/members-of',
  'cli/push',
  'cli/question',
  'cli/old-gitlab',
]

/** Begins with the files that take the longest, so no worker ends long after the others. Vitest knows durations only after a first run. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longFiles.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
  return rank < 0 ? longFiles.length : rank
}
