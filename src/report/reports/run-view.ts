/**
 * `question`: the plan above a question. `answered`: without the results that were in the plan, unless they failed.
 * `with_undo`: with the command that undoes the run, for a terminal.
 */
export type RunView = 'whole' | 'question' | 'answered' | 'with_undo'
