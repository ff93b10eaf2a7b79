import type { Offering } from '../domain/user.ts'

/** The owner of the token, from the most rights to the fewest. */
export const callerRoles = ['administrator', 'owner', 'maintainer', 'user'] as const

export type CallerRole = (typeof callerRoles)[number]

export function usualCaller(offering: Offering): CallerRole {
  return offering === 'self-managed' ? 'administrator' : 'owner'
}

/** Seats of an instance are for administrators; those of a group are for its Owners as well. */
export function managesSeats(role: CallerRole, offering: Offering): boolean {
  return role === 'administrator' || (role === 'owner' && offering === 'gitlab.com')
}

/** Administrators and Owners are `@root`; the others are named after their role. */
export function nameCaller(
  role: CallerRole,
  offering: Offering,
): { id: number; username: string; name: string } {
  if (managesSeats(role, offering)) return { id: 1, username: 'root', name: 'Administrator' }
  return { id: 1, username: role, name: role }
}
