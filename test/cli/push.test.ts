import { describe, expect, test } from 'vitest'
import { makeCrowd, nameOf, writeCrowd } from '../support/crowd.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makeMeeting } from '../support/meeting.ts'
import type { RunDocument } from '../support/run-document.ts'
import type { Tampering } from '../support/tampering-proxy.ts'

/** `[input, outcome, reason, pushed]` of each result. */
function condense({ results }: RunDocument): unknown[] {
  return results.map(({ input, outcome, reason, pushed }) => [input, outcome, reason, pushed])
}

/** An answer to a mutation under its own name and under the alias of the client. */
function answerOf(field: string, payload: object): string {
  return JSON.stringify({ data: { [field]: payload, give: payload } })
}

describe('a linked assign', () => {
  test('assign gives the seat in GitLab and in the store', async () => {
    const team = await openLinkedTeam()
    const document = await team.runForJson(0, ['assign', 'bob', 'ada'])
    expect(condense(document)).toEqual([
      ['bob', 'assigned', null, 'confirmed'],
      ['ada', 'already_assigned', null, null],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob'])
  })

  test('assign looks up users that the store does not contain in GitLab', async () => {
    const team = await openLinkedTeam()
    const document = await team.inProcess.runForJson(3, ['assign', 'dora', 'project_1_bot', 'nobody'])
    expect(condense(document)).toEqual([
      ['dora', 'invalid_user_membership', 'blocked', null],
      ['project_1_bot', 'invalid_user_membership', 'project_bot', null],
      ['nobody', 'user_not_found', null, null],
    ])
  })

  test('assign finds a user who came to GitLab after the last sync', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(
      "INSERT INTO users (id, username, name, state, type, member) VALUES (70, 'newt', 'Newt', 'active', 'human', 1)",
    )
    expect(condense(await team.inProcess.runForJson(0, ['assign', 'newt']))).toEqual([
      ['newt', 'assigned', null, 'confirmed'],
    ])
  })

  test('assign starts from the seats in GitLab when the store is out of date', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab('DELETE FROM seats')
    expect(condense(await team.inProcess.runForJson(0, ['assign', 'ada']))).toEqual([
      ['ada', 'assigned', null, 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('assign --no-push makes the seat pending, and sync pushes it', async () => {
    const team = await openLinkedTeam()
    const document = await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    expect(condense(document)).toEqual([['bob', 'pending', null, 'pending']])
    expect(team.listGitLabHolders()).toEqual(['ada'])
    const { users } = await team.inProcess.runForJson<{ users: { username: string; pushed: string }[] }>(0, [
      'list',
    ])
    expect(users.map(({ username, pushed }) => [username, pushed])).toEqual([
      ['ada', 'confirmed'],
      ['Bob', 'pending'],
    ])
    expect((await team.inProcess.run(['list'])).stdout).toContain(
      'Seats: 2 of 4 held (1 change pending), 2 free',
    )
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
    expect(team.readResults()).toEqual([['bob', 'assigned', 'confirmed']])
  })

  test('assign --dry-run changes neither GitLab nor the store', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    const document = await team.inProcess.runForJson(0, ['assign', 'bob', '--dry-run'])
    expect(condense(document)).toEqual([['bob', 'assigned', null, null]])
    expect(team.readOwnStore()).toEqual(before)
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('assign reports that GitLab is out of reach, and writes nothing', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    team.proxy.tamper = () => 'drop'
    const { error } = await team.inProcess.runForJson<{ error: { code: string } }>(6, ['assign', 'bob'])
    expect(error.code).toBe('unreachable')
    expect(team.readOwnStore()).toEqual(before)
  })
})

describe('a malformed list for a linked store', () => {
  test.each<[string, () => Tampering | Promise<Tampering>]>([
    ['that does not answer', () => new Promise(() => {})],
    ['that is busy', () => ({ status: 503 })],
    ['that rejects the token', () => ({ status: 401 })],
  ])('bulk-assign rejects a malformed list at once, also with a GitLab %s', async (_, tamper) => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    const before = team.readOwnStore()
    team.workdir.write('list.csv', 'username\ncarol\n"eve\n')
    team.proxy.tamper = tamper
    const { code, stdout, stderr } = await team.inProcess.run(['bulk-assign', 'list.csv'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('error: list.csv, line 3: a quote (") is opened in this row and never closed.\n')
    expect(team.readOwnStore()).toEqual(before)
  })
})

describe('the push of assignments', () => {
  test('a push sends a hundred users a call, and no holder again', async () => {
    const team = await openLinkedTeam(makeCrowd(250))
    team.workdir.write('crowd.csv', writeCrowd(250))
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv'])
    expect(team.listMutations()).toEqual([100, 100, 50])
    expect(team.listGitLabHolders()).toHaveLength(250)
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv'])
    expect(team.listMutations()).toEqual([100, 100, 50])
  })

  test('a push has four calls in flight, and sends a shorter one after their answers', async () => {
    const team = await openLinkedTeam(makeCrowd(650), { latencyMs: 100 })
    team.workdir.write('crowd.csv', writeCrowd(650))
    const underway: number[] = []
    const fourCame = makeMeeting(4)
    team.proxy.tamper = async ({ isMutation }): Promise<Tampering> => {
      if (!isMutation) return 'pass'
      underway.push(team.proxy.underway)
      await fourCame()
      return 'pass'
    }
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv'])
    expect(team.listMutations()).toEqual([...Array(6).fill(100), 50])
    expect(Math.max(...underway)).toBe(4)
    expect(underway.at(-1)).toBe(1)
  })

  test.each([1, 37, 50, 51, 100])(
    'a push finds the refused user among a hundred, number %i, with at most 15 more calls',
    async (culprit) => {
      const team = await openLinkedTeam(makeCrowd(100))
      team.workdir.write('crowd.csv', writeCrowd(100))
      team.proxy.tamper = ({ isMutation }) => {
        if (isMutation) team.changeGitLab(`UPDATE users SET state = 'blocked' WHERE id = ${culprit}`)
        return 'pass'
      }
      const document = await team.inProcess.runForJson(3, ['bulk-assign', 'crowd.csv'])
      expect(
        document.results
          .filter(({ success }) => !success)
          .map(({ input, outcome, reason, pushed }) => [input, outcome, reason, pushed]),
      ).toEqual([[nameOf(culprit), 'invalid_user_membership', 'blocked', 'refused']])
      expect(team.listGitLabHolders()).toHaveLength(99)
      expect(team.listOwnHolders()).toHaveLength(99)
      expect(team.listMutations().length).toBeLessThanOrEqual(16)
    },
  )

  test('bulk-assign fills the seats that are left in file order when GitLab lowers the quantity', async () => {
    const team = await openLinkedTeam(makeCrowd(10))
    team.workdir.write('crowd.csv', writeCrowd(10))
    let calls = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation && calls++ === 0) team.changeGitLab('UPDATE add_on_purchases SET quantity = 4')
      return 'pass'
    }
    const document = await team.inProcess.runForJson(3, ['bulk-assign', 'crowd.csv'])
    expect(document.results.map(({ outcome }) => outcome)).toEqual([
      ...Array(4).fill('assigned'),
      ...Array(6).fill('no_seats_available'),
    ])
    expect(team.listGitLabHolders()).toEqual([1, 2, 3, 4].map(nameOf))
    expect(team.listOwnHolders()).toEqual([1, 2, 3, 4].map(nameOf))
  })

  test('bulk-assign --on-shortage fail assigns no seat when GitLab lowers the quantity', async () => {
    const team = await openLinkedTeam(makeCrowd(10))
    team.workdir.write('crowd.csv', writeCrowd(10))
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab('UPDATE add_on_purchases SET quantity = 4')
      return 'pass'
    }
    const document = await team.inProcess.runForJson(3, ['bulk-assign', 'crowd.csv', '--on-shortage', 'fail'])
    expect(document.summary.outcomes).toEqual({ not_attempted: 10 })
    expect(team.listGitLabHolders()).toEqual([])
    expect(team.listOwnHolders()).toEqual([])
  })

  test.each([
    ['SEAT_ASSIGNMENT_NOT_SUPPORTED', 'seat_assignment_not_supported'],
    ['INCOMPATIBLE_ADD_ON', 'incompatible_add_on'],
    ['SOMETHING_NEW', 'refused_by_gitlab'],
    ['INVALID_USER_MEMBERSHIP', 'invalid_user_membership'],
  ])('an assignment that GitLab refuses with %s gets the right outcome', async (refusal, outcome) => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) =>
      isMutation
        ? {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: answerOf('userAddOnAssignmentCreate', {
              addOnPurchase: null,
              user: null,
              errors: [refusal],
            }),
          }
        : 'pass'
    const document = await team.inProcess.runForJson(3, ['assign', 'bob'])
    expect(document.results.map((row) => [row.outcome, row.pushed])).toEqual([[outcome, 'refused']])
    expect(team.listOwnHolders()).toEqual(['ada'])
  })

  test('a push reports that a user is gone from GitLab', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation)
        team.changeGitLab(
          'UPDATE users SET gone_at = taken FROM (SELECT taken_at AS taken FROM subscription) WHERE id = 2',
        )
      return 'pass'
    }
    expect(condense(await team.inProcess.runForJson(3, ['assign', 'bob']))).toEqual([
      ['bob', 'invalid_user_membership', 'gone', 'refused'],
    ])
  })

  test('two stores that push at once do not exceed the quantity', async () => {
    const team = await openLinkedTeam(makeCrowd(200, 120))
    const other = await team.link('second.db')
    team.workdir.write('crowd.csv', writeCrowd(200))
    const [first, second] = await Promise.all([
      team.run(['bulk-assign', 'crowd.csv', '--format', 'json']),
      team.run(['bulk-assign', 'crowd.csv', '--format', 'json', '--store', other]),
    ])
    expect([first.code, second.code]).toEqual([3, 3])
    expect(team.listGitLabHolders()).toEqual(Array.from({ length: 120 }, (_, index) => nameOf(index + 1)))
  })

  test('two bulk-assign processes on one store push every user once', async () => {
    const team = await openLinkedTeam(makeCrowd(200))
    team.workdir.write('crowd.csv', writeCrowd(200))
    const finished = await Promise.all([
      team.run(['bulk-assign', 'crowd.csv']),
      team.run(['bulk-assign', 'crowd.csv']),
    ])
    expect(finished.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, expect.any(String)],
      [0, expect.any(String)],
    ])
    expect(team.listMutations().reduce((sum, size) => sum + size, 0)).toBe(200)
  })
})
