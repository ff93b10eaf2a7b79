/** Groups of holders by their last use; the key is that of JSON. */
export const lastUseLabels = {
  used_in_7_days: 'in the last 7 days',
  used_in_30_days: 'in the last 30 days',
  used_in_90_days: 'in the last 90 days',
  idle_30_to_59_days: '30 to 59 days ago',
  idle_60_to_89_days: '60 to 89 days ago',
  idle_90_days: '90 days ago or more',
  without_recorded_use: 'not recorded',
  not_eligible: '(not eligible)',
  held: 'all holders',
} as const

export type LastUse = keyof typeof lastUseLabels

/** Null: nothing has to be said. */
export function explainLastUse(hasActivity: boolean, withoutRecord: number): string | null {
  if (!hasActivity) return 'GitLab reports no GitLab Duo activity: the use of the seats is unknown.'
  return withoutRecord > 0
    ? 'Not recorded: never used, or used before GitLab 18.0, which began to record it.'
    : null
}

/** For the number of seats that a reclaim would take. */
export const ineligibleIncluded = 'Seats of holders who are not eligible are included.'
