import type Sqlite from 'better-sqlite3'
import type { Day } from '../domain/day.ts'
import type { SnapshotGroup, SnapshotMember } from '../domain/snapshot-group.ts'
import type { Statement, Statements } from './statements.ts'

export type ServedRelation = 'DIRECT' | 'INHERITED' | 'DESCENDANTS' | 'SHARED_FROM_GROUPS'

interface ServedGroup {
  id: number
  fullPath: string
}

export interface ServedMember {
  id: number
  /** Null for an invitation by email address. */
  userId: number | null
  accessLevel: number
  expiresOn: Day | null
}

interface MemberQuery {
  fullPath: string
  relations: readonly ServedRelation[]
}

/** Whether the second path is below the first one. A path has ASCII letters only. */
const isBelow = (path: string, other: string) => `instr(lower(${other}), lower(${path}) || '/') = 1`

const listMembers = `
  WITH related AS (
    SELECT id, CASE
      WHEN full_path = :fullPath COLLATE NOCASE THEN 'DIRECT'
      WHEN ${isBelow('full_path', ':fullPath')} THEN 'INHERITED'
      WHEN ${isBelow(':fullPath', 'full_path')} THEN 'DESCENDANTS'
    END AS relation
    FROM served_groups
  ),
  found AS (
    SELECT members.id, user_id, invited_email, access_level, expires_on
    FROM served_members AS members JOIN related ON related.id = group_id
    WHERE relation IN (SELECT value FROM json_each(:relations))
    UNION ALL
    SELECT members.id, user_id, invited_email, min(members.access_level, link.access_level), expires_on
    FROM served_invited_groups AS link
    JOIN related ON related.id = link.group_id AND relation IN ('DIRECT', 'INHERITED')
    JOIN served_members AS members ON members.group_id = invited_group_id
    WHERE 'SHARED_FROM_GROUPS' IN (SELECT value FROM json_each(:relations))
  )
  -- The other columns come from the row with the maximum.
  SELECT id, user_id AS userId, max(access_level) AS accessLevel, expires_on AS expiresOn
  FROM found
  GROUP BY user_id, iif(user_id IS NULL, invited_email, NULL)
  ORDER BY id
`

/** The groups that `serve` plays, as the last snapshot had them. */
export class ServedGroups {
  readonly #database: Sqlite.Database
  readonly #find: Statement<[string], ServedGroup>
  readonly #count: Statement<[], number>
  readonly #listMembers: Statement<[{ fullPath: string; relations: string }], ServedMember>
  readonly #addGroup: Statement<[{ fullPath: string }]>
  readonly #addMember: Statement<[SnapshotMember & { group: string }]>
  readonly #addInvitedGroup: Statement<[{ host: string; invited: string; accessLevel: number }]>

  constructor(database: Sqlite.Database, statements: Statements) {
    this.#database = database
    this.#find = statements.prepare('SELECT id, full_path AS fullPath FROM served_groups WHERE full_path = ?')
    this.#count = statements.prepare<[], number>('SELECT count(*) FROM served_groups').pluck()
    this.#listMembers = statements.prepare(listMembers)
    this.#addGroup = statements.prepare('INSERT INTO served_groups (full_path) VALUES (:fullPath)')
    this.#addMember = statements.prepare(`
      INSERT INTO served_members (group_id, user_id, invited_email, access_level, expires_on)
      SELECT id, :userId, :invitedEmail, :accessLevel, :expiresOn FROM served_groups WHERE full_path = :group
    `)
    this.#addInvitedGroup = statements.prepare(`
      INSERT OR REPLACE INTO served_invited_groups
      SELECT host.id, invited.id, :accessLevel FROM served_groups AS host, served_groups AS invited
      WHERE host.full_path = :host AND invited.full_path = :invited
    `)
  }

  find(fullPath: string): ServedGroup | null {
    return this.#find.get(fullPath) ?? null
  }

  count(): number {
    return this.#count.getOne()
  }

  /** Each user once, with the highest level, by the id of the membership. */
  listMembers({ fullPath, relations }: MemberQuery): ServedMember[] {
    return this.#listMembers.all({ fullPath, relations: JSON.stringify(relations) })
  }

  /** Inside a transaction of the caller. */
  replace(groups: readonly SnapshotGroup[]): void {
    this.#database.exec(
      'DELETE FROM served_invited_groups; DELETE FROM served_members; DELETE FROM served_groups',
    )
    for (const { fullPath } of groups) this.#addGroup.run({ fullPath })
    for (const { fullPath, members, invitedGroups } of groups) {
      for (const member of members) this.#addMember.run({ ...member, group: fullPath })
      for (const { fullPath: invited, accessLevel } of invitedGroups)
        this.#addInvitedGroup.run({ host: fullPath, invited, accessLevel })
    }
  }
}
