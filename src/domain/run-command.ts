interface RunCommandEntry {
  startsFromHolders: boolean
  /** A sentence for a run without rows. */
  emptyRun: string
  /** Its list is of users who lose their seats. */
  isRemoval: boolean
}

const emptyList = 'The list names no user. Nothing to do.'

/** The key is the name in the store, JSON and CSV. */
const runCommands = {
  assign: { startsFromHolders: false, emptyRun: emptyList, isRemoval: false },
  'bulk-assign': { startsFromHolders: false, emptyRun: emptyList, isRemoval: false },
  unassign: { startsFromHolders: false, emptyRun: emptyList, isRemoval: true },
  'bulk-unassign': { startsFromHolders: false, emptyRun: emptyList, isRemoval: true },
  apply: { startsFromHolders: true, emptyRun: emptyList, isRemoval: false },
  reclaim: { startsFromHolders: true, emptyRun: 'Nothing to do.', isRemoval: false },
  undo: { startsFromHolders: true, emptyRun: 'The run changed no seat. Nothing to do.', isRemoval: false },
} as const satisfies Record<string, RunCommandEntry>

export type RunCommand = keyof typeof runCommands

export function isRemoval(command: RunCommand): boolean {
  return runCommands[command].isRemoval
}

/** Such a command reads all holders from GitLab first, and its table shows the differences only. */
export function startsFromHolders(command: RunCommand): boolean {
  return runCommands[command].startsFromHolders
}

export function describeEmptyRun(command: RunCommand): string {
  return runCommands[command].emptyRun
}
