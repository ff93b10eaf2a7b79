import { describe, expect, test } from 'vitest'
import type { UserKeys } from '../../src/domain/request.ts'
import { type Candidate, type Matches, resolveUser } from '../../src/domain/resolve.ts'

function makeCandidate(username: string, hidesEmail = false): Candidate {
  const userId = username.charCodeAt(0)
  return { userId, username, state: 'active', type: 'human', member: true, hidesEmail, holdsSeat: false }
}

const ada = makeCandidate('ada')
const bob = makeCandidate('bob')
const secret = makeCandidate('cleo', true)

function resolve(keys: Partial<UserKeys>, matches: Partial<Matches>) {
  return resolveUser(
    { username: null, email: null, userId: null, ...keys },
    { byUsername: [], byUserId: [], byEmail: [], ...matches },
  )
}

describe('a request', () => {
  test('means the user whom its only key names', () => {
    expect(resolve({ username: 'ada' }, { byUsername: [ada] })).toEqual({ user: ada })
    expect(resolve({ email: 'ada@example.com' }, { byEmail: [ada] })).toEqual({ user: ada })
    expect(resolve({ userId: 97 }, { byUserId: [ada] })).toEqual({ user: ada })
  })

  test('means the user on whom all its keys agree', () => {
    const keys = { username: 'ada', email: 'ada@example.com', userId: 97 }
    expect(resolve(keys, { byUsername: [ada], byEmail: [ada], byUserId: [ada] })).toEqual({ user: ada })
  })

  test('means nobody when no key names anybody, and says which key it was', () => {
    expect(resolve({ username: 'eve' }, {})).toEqual({ outcome: 'user_not_found', detail: 'username' })
    expect(resolve({ email: 'eve@example.com' }, {})).toEqual({ outcome: 'user_not_found', detail: 'email' })
    expect(resolve({ userId: Number.NaN }, {})).toEqual({ outcome: 'user_not_found', detail: 'user_id' })
    expect(resolve({}, {})).toEqual({ outcome: 'user_not_found', detail: null })
  })

  test('is ambiguous when its keys name different users', () => {
    expect(
      resolve({ username: 'ada', email: 'bob@example.com' }, { byUsername: [ada], byEmail: [bob] }),
    ).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "ada" is @ada, email "bob@example.com" is @bob',
    })
  })

  test('is ambiguous when one key names somebody and another names nobody', () => {
    expect(resolve({ username: 'aad', email: 'ada@example.com' }, { byEmail: [ada] })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "aad" is nobody, email "ada@example.com" is @ada',
    })
    expect(resolve({ username: 'ada', email: 'old@example.com' }, { byUsername: [ada] })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "ada" is @ada, email "old@example.com" is nobody',
    })
  })

  test('is not ambiguous when GitLab hides the email address of the user', () => {
    expect(resolve({ username: 'cleo', email: 'cleo@example.com' }, { byUsername: [secret] })).toEqual({
      user: secret,
    })
  })

  test('is ambiguous when two users share the email address', () => {
    expect(resolve({ email: 'team@example.com' }, { byEmail: [ada, bob] })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'email "team@example.com" is @ada and @bob',
    })
  })

  test('means the one of several users with an email address whom its other key names', () => {
    const byEmail = [ada, bob]
    const email = 'team@example.com'
    expect(resolve({ username: 'bob', email }, { byUsername: [bob], byEmail })).toEqual({ user: bob })
    expect(resolve({ email, userId: 98 }, { byUserId: [bob], byEmail })).toEqual({ user: bob })
  })

  test('is ambiguous when its other key names nobody, or none of those who share the email address', () => {
    const byEmail = [ada, bob]
    const email = 'team@example.com'
    expect(resolve({ username: 'cleo', email }, { byUsername: [secret], byEmail })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "cleo" is @cleo, email "team@example.com" is @ada and @bob',
    })
    expect(resolve({ email, userId: Number.NaN }, { byEmail })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'email "team@example.com" is @ada and @bob, user_id that is no number is nobody',
    })
  })

  test('is ambiguous when two keys name different ones of those who share the email address', () => {
    const keys = { username: 'ada', email: 'team@example.com', userId: 98 }
    expect(resolve(keys, { byUsername: [ada], byEmail: [ada, bob], byUserId: [bob] })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "ada" is @ada, email "team@example.com" is @ada and @bob, user_id "98" is @bob',
    })
  })
})
