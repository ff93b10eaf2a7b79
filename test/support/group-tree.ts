/** Groups of the team, for a snapshot: `[who, role, facts]` of each member. A name with `@` inside is an invitation. */
type Member = [who: string | number, role: string, facts?: object]

interface GroupFacts {
  full_path: string
  members: object[]
  invited_groups: object[]
}

export function makeGroup(fullPath: string, members: readonly Member[], invited: string[] = []): GroupFacts {
  return {
    full_path: fullPath,
    members: members.map(([who, role, facts]) => ({ ...nameMember(who), role, ...facts })),
    invited_groups: invited.map((path) => ({ full_path: path, role: 'developer' })),
  }
}

function nameMember(who: string | number): object {
  if (typeof who === 'number') return { user_id: who }
  return who.includes('@') ? { email: who } : { username: who }
}

/**
 * Ada owns everything. Bob and carol are in the platform group, with dora, who is blocked, a bot, an invitation and an expired
 * member. Eve is in a subgroup, frank in the data group, which is invited to the platform group.
 */
export const groupTree = {
  groups: [
    makeGroup('acme', [['ada', 'owner']]),
    makeGroup(
      'acme/platform',
      [
        ['carol', 'developer'],
        [2, 'maintainer'],
        ['dora', 'developer'],
        ['project_1_bot', 'maintainer'],
        ['newcomer@example.com', 'developer'],
        ['twin-one', 'developer', { expires_on: '2020-01-01' }],
      ],
      ['acme/data'],
    ),
    makeGroup('acme/platform/tools', [['eve', 'security_manager']]),
    makeGroup('acme/data', [
      ['frank', 'guest'],
      ['bob', 'reporter'],
    ]),
    makeGroup('acme/empty', [['newcomer@example.com', 'developer']]),
    makeGroup('acme/bots', [['project_1_bot', 'developer']]),
  ],
}
