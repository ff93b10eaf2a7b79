interface RunCommandEntry {
  startsFromHolders: boolean
  /** It takes a list of users. */
  takesList: boolean
  /** Its list is of users who lose their seats. */
  isRemoval: boolean
}

/** The key is the name in the store, JSON and CSV. */
const runCommands = {
  assign: { startsFromHolders: false, takesList: true, isRemoval: false },
  'bulk-assign': { startsFromHolders: false, takesList: true, isRemoval: false },
  unassign: { startsFromHolders: false, takesList: true, isRemoval: true },
  'bulk-unassign': { startsFromHolders: false, takesList: true, isRemoval: true },
  apply: { startsFromHolders: true, takesList: true, isRemoval: false },
  reclaim: { startsFromHolders: true, takesList: false, isRemoval: false },
  undo: { startsFromHolders: true, takesList: false, isRemoval: false },
} as const satisfies Record<string, RunCommandEntry>

export type RunCommand = keyof typeof runCommands

export function isRemoval(command: RunCommand): boolean {
  return runCommands[command].isRemoval
}

/** Such a command reads all holders from GitLab first, and its table shows the differences only. */
export function startsFromHolders(command: RunCommand): boolean {
  return runCommands[command].startsFromHolders
}

/** A sentence for a run without rows. */
export function describeEmptyRun(command: RunCommand): string {
  return runCommands[command].takesList ? 'The list names no user. Nothing to do.' : 'Nothing to do.'
}
