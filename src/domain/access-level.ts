/** GitLab's roles in a group, by number. Newer versions add roles between these, so compare the numbers. */
export const accessLevels = {
  minimal_access: 5,
  guest: 10,
  planner: 15,
  reporter: 20,
  security_manager: 25,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const

export type Role = keyof typeof accessLevels

export const roles = Object.keys(accessLevels) as Role[]

export const minRoles = [
  'guest',
  'planner',
  'reporter',
  'developer',
  'maintainer',
  'owner',
] as const satisfies readonly Role[]

export type MinRole = (typeof minRoles)[number]
