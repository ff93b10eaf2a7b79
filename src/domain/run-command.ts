interface RunCommandEntry {
  /** Such a command reads all holders from GitLab first, and its table shows the differences only. */
  startsFromHolders: boolean
  /** A sentence for a run without rows. */
  emptyRun: string
  /** A sentence before the table of a dry run; null if the messages of the rows suffice. */
  previewNote: string | null
  /** Continues "2 rows of". */
  listName: string
  /** Its list is of users who lose their seats. */
  isRemoval: boolean
  /** Its list is of users who keep their seats while others lose theirs: a misspelt name protects no seat. */
  isOfKeepers: boolean
  /** It has the option --max-unknown. */
  hasMaxUnknown: boolean
  /** A run without a change is as empty as one without rows. */
  isEmptyUnchanged: boolean
}

const emptyList = 'The list names no user. Nothing to do.'

const assignment = {
  startsFromHolders: false,
  emptyRun: emptyList,
  previewNote: null,
  listName: 'the list',
  isRemoval: false,
  isOfKeepers: false,
  hasMaxUnknown: false,
  isEmptyUnchanged: false,
} as const satisfies RunCommandEntry

const removal = { ...assignment, isRemoval: true } as const satisfies RunCommandEntry

/** The key is the name in the store, JSON and CSV. */
export const runCommands = {
  assign: assignment,
  'bulk-assign': assignment,
  unassign: removal,
  'bulk-unassign': removal,
  apply: {
    startsFromHolders: true,
    emptyRun: emptyList,
    previewNote: null,
    listName: 'the list',
    isRemoval: false,
    isOfKeepers: true,
    hasMaxUnknown: true,
    isEmptyUnchanged: false,
  },
  reclaim: {
    startsFromHolders: true,
    emptyRun: 'Nothing to do.',
    previewNote: 'Preview: no seat is removed.',
    listName: '--except',
    isRemoval: false,
    isOfKeepers: true,
    hasMaxUnknown: false,
    isEmptyUnchanged: true,
  },
  undo: {
    startsFromHolders: true,
    emptyRun: 'The run changed no seat. Nothing to do.',
    previewNote: null,
    listName: 'the run',
    isRemoval: false,
    isOfKeepers: false,
    hasMaxUnknown: false,
    isEmptyUnchanged: false,
  },
} as const satisfies Record<string, RunCommandEntry>

export type RunCommand = keyof typeof runCommands
