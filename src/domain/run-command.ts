interface RunCommandEntry {
  /** The requests depend on who holds a seat and who uses it, not on names alone. */
  startsFromHolders: boolean
}

/** Every command that changes seats. The key is the name in the store, in JSON and in CSV. */
export const runCommands = {
  assign: { startsFromHolders: false },
  'bulk-assign': { startsFromHolders: false },
  unassign: { startsFromHolders: false },
  'bulk-unassign': { startsFromHolders: false },
  apply: { startsFromHolders: true },
  reclaim: { startsFromHolders: true },
  undo: { startsFromHolders: true },
} as const satisfies Record<string, RunCommandEntry>

export type RunCommand = keyof typeof runCommands

/**
 * Whether the requests of a command come from the holders. Such a command reads all holders from GitLab first, and its
 * table shows the differences only.
 */
export function startsFromHolders(command: RunCommand): boolean {
  return runCommands[command].startsFromHolders
}
