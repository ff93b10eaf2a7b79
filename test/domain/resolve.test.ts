import { describe, expect, test } from 'vitest'
import type { UserKeys } from '../../src/domain/request.ts'
import { type Candidate, type Matches, resolveUser } from '../../src/domain/resolve.ts'

function makeCandidate(username: string, hidesEmail = false): Candidate {
  const userId = username.charCodeAt(0)
  return {
    userId,
    username,
    state: 'active',
    type: 'human',
    member: true,
    hidesEmail,
    holdsSeat: false,
    isPending: false,
  }
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

describe('the user of a request', () => {
  test('a request with one key matches the user with that key', () => {
    expect(resolve({ username: 'ada' }, { byUsername: [ada] })).toEqual({ user: ada })
    expect(resolve({ email: 'ada@example.com' }, { byEmail: [ada] })).toEqual({ user: ada })
    expect(resolve({ userId: 97 }, { byUserId: [ada] })).toEqual({ user: ada })
  })

  test('a request with several keys matches the user that all of them match', () => {
    const keys = { username: 'ada', email: 'ada@example.com', userId: 97 }
    expect(resolve(keys, { byUsername: [ada], byEmail: [ada], byUserId: [ada] })).toEqual({ user: ada })
  })

  test('a request whose keys match no user names its first key in the result', () => {
    expect(resolve({ username: 'eve' }, {})).toEqual({ outcome: 'user_not_found', detail: 'username' })
    expect(resolve({ email: 'eve@example.com' }, {})).toEqual({ outcome: 'user_not_found', detail: 'email' })
    expect(resolve({ userId: Number.NaN }, {})).toEqual({ outcome: 'user_not_found', detail: 'user_id' })
    expect(resolve({}, {})).toEqual({ outcome: 'user_not_found', detail: null })
  })

  test('a request whose keys match different users is ambiguous', () => {
    expect(
      resolve({ username: 'ada', email: 'bob@example.com' }, { byUsername: [ada], byEmail: [bob] }),
    ).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "ada" matches @ada, email "bob@example.com" matches @bob',
    })
  })

  test('a request is ambiguous when one key matches a user and another matches no user', () => {
    expect(resolve({ username: 'aad', email: 'ada@example.com' }, { byEmail: [ada] })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "aad" matches no user, email "ada@example.com" matches @ada',
    })
    expect(resolve({ username: 'ada', email: 'old@example.com' }, { byUsername: [ada] })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "ada" matches @ada, email "old@example.com" matches no user',
    })
  })

  test('an unknown email address does not contradict a user whose own address GitLab hides', () => {
    expect(resolve({ username: 'cleo', email: 'cleo@example.com' }, { byUsername: [secret] })).toEqual({
      user: secret,
    })
  })

  test('a request with an email address that two users share is ambiguous', () => {
    expect(resolve({ email: 'team@example.com' }, { byEmail: [ada, bob] })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'email "team@example.com" matches @ada and @bob',
    })
  })

  test('another key distinguishes the users who share an email address', () => {
    const byEmail = [ada, bob]
    const email = 'team@example.com'
    expect(resolve({ username: 'bob', email }, { byUsername: [bob], byEmail })).toEqual({ user: bob })
    expect(resolve({ email, userId: 98 }, { byUserId: [bob], byEmail })).toEqual({ user: bob })
  })

  test('a shared email address stays ambiguous when the other key matches none of its users', () => {
    const byEmail = [ada, bob]
    const email = 'team@example.com'
    expect(resolve({ username: 'cleo', email }, { byUsername: [secret], byEmail })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'username "cleo" matches @cleo, email "team@example.com" matches @ada and @bob',
    })
    expect(resolve({ email, userId: Number.NaN }, { byEmail })).toEqual({
      outcome: 'ambiguous_user',
      detail: 'email "team@example.com" matches @ada and @bob, user_id that is not a number matches no user',
    })
  })

  test('a shared email address stays ambiguous when two other keys match different users of it', () => {
    const keys = { username: 'ada', email: 'team@example.com', userId: 98 }
    expect(resolve(keys, { byUsername: [ada], byEmail: [ada, bob], byUserId: [bob] })).toEqual({
      outcome: 'ambiguous_user',
      detail:
        'username "ada" matches @ada, email "team@example.com" matches @ada and @bob, user_id "98" matches @bob',
    })
  })
})
