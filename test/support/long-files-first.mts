import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take the longest, the longest first. */
const longFiles = [
  'runs/seat-history-property',
  'cli/linked-kill',
  'runs/linked-history-property',
  'store/blocked-store',
  'cli/command-line',
  'cli/gitlab-ci',
  'cli/interrupted-push',
  'cli/question',
  'cli/completion-shells',
  'cli/gitlab-failures',
  'cli/push-failures',
  'cli/interrupted-at-terminal',
  'runs/linked-claims-property',
  'cli/calls-in-flight',
  'gitlab/transport',
  'cli/members-of-refusals',
  'cli/old-gitlab',
  'cli/faults',
  'cli/concurrency',
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
