/** Users about whose seats GitLab has answered: all of them, none, or those of a set. */
export type CheckedUsers = 'all' | 'none' | Pick<ReadonlySet<number>, 'has'>

export function isChecked(userId: number, checked: CheckedUsers): boolean {
  return typeof checked === 'string' ? checked === 'all' : checked.has(userId)
}
