/** `question`: the plan above a question. `answered`: without the results that were in the plan, unless they failed. */
export type RunView = 'whole' | 'question' | 'answered'
