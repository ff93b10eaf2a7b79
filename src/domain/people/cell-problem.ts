interface CellProblemEntry {
  /** Without the period at its end. */
  describe(cell: string): string
  hint: string
}

/** Reasons why a cell cannot be read as a username, an email address or an id, or does not count. */
const cellProblems = {
  several_names: {
    describe: (cell) => `"${cell}" contains more than one name`,
    hint: 'Give each name a row or an argument of its own.',
  },
  display_name: {
    describe: (cell) => `"${cell}" is a display name`,
    hint: 'Use the username or the email address.',
  },
  spreadsheet_error: {
    describe: (cell) => `"${cell}" is an error of a spreadsheet`,
    hint: 'Correct the formula, and save the list again.',
  },
  not_a_user_id: {
    describe: (cell) => `"${cell}" is not a user id of GitLab`,
    hint: 'A user id is a number, such as 12.',
  },
  id_alone: {
    describe: (cell) =>
      `The id "${cell}" may be that of another system: in other rows, ids and names do not match the same user`,
    hint: 'If they are ids of GitLab, name their column: --column NAME.',
  },
  ignored_name: {
    describe: (cell) =>
      `The id "${cell}" may be that of another system: the row names the user in an ignored column, too`,
    hint: 'Name the column that counts: --column NAME.',
  },
  other_site: {
    describe: (cell) => `"${cell}" is not a profile of the GitLab of this store`,
    hint: 'Use the username or the email address.',
  },
} as const satisfies Record<string, CellProblemEntry>

export type CellProblem = keyof typeof cellProblems

export function isCellProblem(name: string): name is CellProblem {
  return Object.hasOwn(cellProblems, name)
}

export function describeCellProblem(problem: CellProblem, cell: string): string {
  const { describe, hint } = cellProblems[problem]
  return `${describe(cell)}. ${hint}`
}
