import { type Outcome, outcomeCodes } from '../../../domain/outcome.ts'

/** Codes as words. */
export const outcomeTitles = Object.fromEntries(
  outcomeCodes.map((code) => [
    code,
    code.replaceAll('_', ' ').replace('gitlab', 'GitLab').replace('add on', 'add-on'),
  ]),
) as Record<Outcome, string>
