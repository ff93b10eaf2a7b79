import * as v from 'valibot'
import { type Role, roles } from '../../domain/access-level.ts'
import { describeObject, listChoices, nullableDay } from './describe-values.ts'

const path = 'the full path of a group, such as "acme/platform"'
const fullPath = v.pipe(v.string(path), v.regex(/^[^\s/]+(\/[^\s/]+)*$/, path))

const role = v.picklist<readonly Role[], string>(roles, listChoices(roles))

const userId = 'the id of a user, or null'

export const memberSchema = describeObject({
  user_id: v.pipe(
    v.nullish(v.pipe(v.number(userId), v.safeInteger(userId), v.minValue(1, userId)), null),
    v.description('The id of one of the users.'),
  ),
  username: v.pipe(
    v.nullish(v.string('the username of a user, or null'), null),
    v.description('The username of one of the users, instead of the id.'),
  ),
  email: v.pipe(
    v.nullish(v.string('an email address, or null'), null),
    v.description('Address of an invitation that no user has accepted, instead of a user.'),
  ),
  role: v.pipe(role, v.description('Role in this group.')),
  expires_on: v.pipe(nullableDay, v.description('Day on which the membership expires, UTC.')),
})

export const invitedGroupSchema = describeObject({
  full_path: v.pipe(fullPath, v.description('Full path of one of the groups.')),
  role: v.pipe(role, v.description('The highest role that its members get.')),
})

export const groupSchema = describeObject({
  full_path: v.pipe(
    fullPath,
    v.description('Full path; a subgroup begins with the path of its parent. No two groups share it.'),
  ),
  members: v.pipe(
    v.optional(v.array(memberSchema, 'an array'), []),
    v.description(
      'Direct members and invitations. Each names a user by user_id or username, or has an email.',
    ),
  ),
  invited_groups: v.pipe(
    v.optional(v.array(invitedGroupSchema, 'an array'), []),
    v.description('Groups whose members are members here.'),
  ),
})
