interface RunCommandEntry {
  startsFromHolders: boolean
  /** It takes a list of users. */
  takesList: boolean
}

/** The key is the name in the store, JSON and CSV. */
const runCommands = {
  assign: { startsFromHolders: false, takesList: true },
  'bulk-assign': { startsFromHolders: false, takesList: true },
  unassign: { startsFromHolders: false, takesList: true },
  'bulk-unassign': { startsFromHolders: false, takesList: true },
  apply: { startsFromHolders: true, takesList: true },
  reclaim: { startsFromHolders: true, takesList: false },
  undo: { startsFromHolders: true, takesList: false },
} as const satisfies Record<string, RunCommandEntry>

export type RunCommand = keyof typeof runCommands

/** Its list is of users who lose their seats. */
export function isRemoval(command: RunCommand): boolean {
  return command === 'unassign' || command === 'bulk-unassign'
}

/** Such a command reads all holders from GitLab first, and its table shows the differences only. */
export function startsFromHolders(command: RunCommand): boolean {
  return runCommands[command].startsFromHolders
}

/** A sentence for a run without rows. */
export function describeEmptyRun(command: RunCommand): string {
  return runCommands[command].takesList ? 'The list names no user. Nothing to do.' : 'Nothing to do.'
}
