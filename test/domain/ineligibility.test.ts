import { expect, test } from 'vitest'
import { findIneligibility } from '../../src/domain/ineligibility.ts'
import type { Membership } from '../../src/domain/user.ts'

const member: Membership = { state: 'active', type: 'human', member: true }

test.each(['human', 'service_user', 'placeholder', 'import_user'])(
  'a user of the type %s may hold a seat',
  (type) => {
    expect(findIneligibility({ ...member, type }, 'self-managed')).toBeNull()
    expect(findIneligibility({ ...member, type }, 'gitlab.com')).toBeNull()
  },
)

test.each(['project_bot', 'service_account', 'ghost', 'a_type_of_a_newer_gitlab'])(
  'a user of the type %s may not hold a seat, and the type is the reason',
  (type) => {
    expect(findIneligibility({ ...member, type }, 'self-managed')).toBe(type)
  },
)

test('membership counts on GitLab.com only', () => {
  expect(findIneligibility({ ...member, member: false }, 'self-managed')).toBeNull()
  expect(findIneligibility({ ...member, member: false }, 'gitlab.com')).toBe('not_a_member')
})
