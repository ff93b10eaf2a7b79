import { describe, expect, test } from 'vitest'
import { containsUser, type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makeSeat } from '../support/make-snapshot.ts'
import type { RunDocument } from '../support/run-document.ts'
import type { ChangeRow } from '../support/sync-store.ts'
import { refuseWith } from '../support/tampering-proxy.ts'

/** `[input, outcome, pushed, message]` of each result. */
function condense({ results }: RunDocument): unknown[] {
  return results.map(({ input, outcome, pushed, message }) => [input, outcome, pushed, message])
}

/** Makes GitLab refuse every mutation that contains Bob. */
function refuseBob({ proxy }: LinkedTeam, code: string): void {
  proxy.tamper = (passing) => (passing.isMutation && containsUser(passing, 2) ? refuseWith(code) : 'pass')
}

/** The outcome and message of each code. A code about the add-on refuses all users of a call. */
const refusals: [code: string, outcome: string, message: string, isOfAddOn: boolean][] = [
  [
    'INVALID_USER_MEMBERSHIP',
    'invalid_user_membership',
    'The user is no longer eligible, GitLab reports. Run "duo-seats sync", then assign again to see why.',
    false,
  ],
  [
    'INVALID_USER_ID_PRESENT',
    'invalid_user_membership',
    'The user is no longer eligible, GitLab reports. Run "duo-seats sync", then assign again to see why.',
    false,
  ],
  [
    'SEAT_ASSIGNMENT_NOT_SUPPORTED',
    'seat_assignment_not_supported',
    'GitLab does not assign GitLab Duo Pro seats to users. Choose another add-on with --add-on.',
    true,
  ],
  [
    'INCOMPATIBLE_ADD_ON',
    'incompatible_add_on',
    'GitLab does not accept the purchase as GitLab Duo Pro. Run "duo-seats sync" to see what was bought.',
    true,
  ],
  [
    'NO_ASSIGNMENTS_FOUND',
    'refused_by_gitlab',
    'GitLab refused the change with the code NO_ASSIGNMENTS_FOUND. Try it in GitLab under Settings, GitLab Duo, or update duo-seats.',
    false,
  ],
  [
    'SOMETHING_NEW',
    'refused_by_gitlab',
    'GitLab refused the change with the code SOMETHING_NEW. Try it in GitLab under Settings, GitLab Duo, or update duo-seats.',
    false,
  ],
]

describe('refused assignments', () => {
  test.each(refusals)(
    'the refusal %s for one user has an outcome and a message with advice',
    async (code, outcome, message) => {
      const team = await openLinkedTeam()
      refuseBob(team, code)
      const document = await team.inProcess.runForJson(3, ['assign', 'bob'])
      expect(condense(document)).toEqual([['bob', outcome, 'refused', message]])
      expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['ada'], ['ada']])
    },
  )

  test.each(refusals)(
    'the refusal %s for one of several users has an outcome and a message with advice',
    async (code, outcome, message, isOfAddOn) => {
      const team = await openLinkedTeam()
      refuseBob(team, code)
      const document = await team.inProcess.runForJson(3, ['assign', 'carol', 'bob', 'eve'])
      const given = [isOfAddOn ? outcome : 'assigned', isOfAddOn ? 'refused' : 'confirmed']
      const sentence = isOfAddOn ? message : 'Seat assigned.'
      expect(condense(document)).toEqual([
        ['carol', ...given, sentence],
        ['bob', outcome, 'refused', message],
        ['eve', ...given, sentence],
      ])
      expect(team.listOwnHolders()).toEqual(team.listGitLabHolders())
    },
  )

  test.each([
    ['NO_SEATS_AVAILABLE', ['bob']],
    ['NOT_ENOUGH_SEATS', ['bob', 'carol']],
  ])('the shortage %s has an outcome and a message with advice', async (_, inputs) => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab('UPDATE add_on_purchases SET quantity = 1')
      return 'pass'
    }
    team.changeGitLab("UPDATE users SET last_duo_activity_on = '2020-01-01' WHERE id = 1")
    const message =
      'No seat is free in GitLab. Buy seats, or look for unused ones with "duo-seats reclaim --add-on duo-pro --inactive-for 60d".'
    expect(condense(await team.inProcess.runForJson(3, ['assign', ...inputs]))).toEqual(
      inputs.map((input) => [input, 'no_seats_available', 'refused', message]),
    )
    expect(team.listOwnHolders()).toEqual(['ada'])
    const command = /"duo-seats (.+)"/.exec(message)?.[1]?.split(' ') ?? []
    expect(await team.inProcess.runExpecting(0, command)).toMatch(/^- +ada +✓ unassigned +Seat would be/m)
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test.each([
    ["state = 'blocked'", 'The user is blocked. Unblock the user in GitLab, then assign again.'],
    [
      "state = 'ldap_blocked'",
      'The user is blocked by LDAP. Enable the user in the directory, then assign again.',
    ],
    ["state = 'banned'", 'The user is banned. Unban the user in GitLab, then assign again.'],
    ["state = 'deactivated'", 'The user is deactivated. Activate the user in GitLab, then assign again.'],
    [
      "state = 'blocked_pending_approval'",
      'The account is waiting for approval. Approve the account in GitLab, then assign again.',
    ],
    ["type = 'service_account'", 'Not a human user (service_account). Remove the row from the list.'],
    [
      'gone_at = (SELECT taken_at FROM subscription)',
      'GitLab no longer lists the user. Remove the row from the list.',
    ],
  ])('the refusal of a user with %s since the run began has a message with advice', async (fact, message) => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab(`UPDATE users SET ${fact} WHERE id = 2`)
      return 'pass'
    }
    expect(condense(await team.inProcess.runForJson(3, ['assign', 'carol', 'bob']))).toEqual([
      ['carol', 'assigned', 'confirmed', 'Seat assigned.'],
      ['bob', 'invalid_user_membership', 'refused', message],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([
      ['ada', 'carol'],
      ['ada', 'carol'],
    ])
  })

  test('sync prints the message of a refusal for a pending seat', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
    const { changes } = await team.inProcess.runForJson<{ changes: ChangeRow[] }>(3, ['sync'])
    expect(changes.map(({ change, username, before, after }) => [change, username, before, after])).toEqual([
      ['user_gone', 'Bob', null, null],
      [
        'seat_refused',
        'Bob',
        'invalid_user_membership',
        'The user is blocked. Unblock the user in GitLab, then assign again.',
      ],
    ])
  })
})

test('the refusal of a removal has an outcome and a message with advice, and the seat stays', async () => {
  const team = await openLinkedTeam({ seats: [1, 2].map((id) => makeSeat(id)) })
  refuseBob(team, 'SOMETHING_NEW')
  const message =
    'GitLab refused the change with the code SOMETHING_NEW. Try it in GitLab under Settings, GitLab Duo, or update duo-seats.'
  expect(condense(await team.inProcess.runForJson(3, ['unassign', '--yes', 'bob', 'ada']))).toEqual([
    ['bob', 'refused_by_gitlab', 'refused', message],
    ['ada', 'unassigned', 'confirmed', 'Seat removed.'],
  ])
  expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['Bob'], ['Bob']])
})
