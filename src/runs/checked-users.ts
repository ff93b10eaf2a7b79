/** GitLab has answered about the seats of these users: all of them, none, or those that `has` returns true for. */
export type CheckedUsers = 'all' | 'none' | Pick<ReadonlySet<number>, 'has'>

export function isChecked(userId: number, checked: CheckedUsers): boolean {
  return typeof checked === 'string' ? checked === 'all' : checked.has(userId)
}
