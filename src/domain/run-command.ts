interface RunCommandEntry {
  startsFromHolders: boolean
}

/** The key is the name in the store, JSON and CSV. */
const runCommands = {
  assign: { startsFromHolders: false },
  'bulk-assign': { startsFromHolders: false },
  unassign: { startsFromHolders: false },
  'bulk-unassign': { startsFromHolders: false },
  apply: { startsFromHolders: true },
  reclaim: { startsFromHolders: true },
  undo: { startsFromHolders: true },
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
