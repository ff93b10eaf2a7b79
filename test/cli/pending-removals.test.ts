import { describe, expect, test } from 'vitest'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'
import { refuseWith } from '../support/tampering-proxy.ts'

interface SyncDocument {
  pushed: { confirmed: number; refused: number; pending: number } | null
  warnings: string[]
  changes: { change: string; username: string; message: string }[]
}

interface ListedUser {
  username: string
  holds_seat: boolean
  pushed: string | null
}

/** `[username, holds_seat, pushed]` of each listed user. */
async function list(team: LinkedTeam, ...args: string[]): Promise<unknown[]> {
  const { users } = await team.inProcess.runForJson<{ users: ListedUser[] }>(0, ['list', ...args])
  return users.map(({ username, holds_seat, pushed }) => [username, holds_seat, pushed])
}

/** `[input, outcome, pushed, message]` of each result that `runs show` prints. */
async function recall(team: LinkedTeam, run: number): Promise<unknown[]> {
  const { results } = await team.inProcess.runForJson(0, ['runs', 'show', String(run)])
  return results.map(({ input, outcome, pushed, message }) => [input, outcome, pushed, message])
}

/** Ada, Bob, Carol and Eve hold all four seats. */
const full = { seats: [1, 2, 3, 5].map((id) => makeSeat(id)) }

describe('a pending removal', () => {
  test('a removal with --no-push is pending in every report until sync pushes it', async () => {
    const team = await openLinkedTeam()
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'ada', '--no-push']))).toEqual([
      ['ada', 'pending_removal', 'pending'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada'])
    expect(await list(team)).toEqual([])
    expect((await list(team, '--all'))[0]).toEqual(['ada', false, 'pending'])
    expect((await team.inProcess.run(['list'])).stdout).toContain(
      'Seats: 0 of 4 held (1 change pending), 4 free',
    )
    expect((await team.inProcess.run(['list', '--all'])).stdout).toMatch(/^ada .* pending removal /m)
    expect((await team.inProcess.run(['doctor'])).stdout).toContain('GitLab has not confirmed 1 change.')

    const synced = await team.inProcess.run(['sync'])
    expect([synced.code, synced.stderr]).toEqual([0, ''])
    expect(synced.stdout).toContain('\nPending changes: 1 confirmed by GitLab.\n')
    expect(team.listCalls()).toEqual(['TakeSeat 1'])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
    expect(team.readResults()).toEqual([['ada', 'unassigned', 'confirmed']])
    expect((await team.inProcess.run(['doctor'])).stdout).toContain('No change is pending.')
  })

  test('unassign --no-push says on stderr that changes are pending, and ends with 0', async () => {
    const team = await openLinkedTeam()
    const { code, stderr } = await team.inProcess.run(['unassign', 'ada', '--no-push'])
    expect([code, stderr]).toEqual([0, 'Changes are pending: "duo-seats sync" pushes them to GitLab.\n'])
  })

  test('unassign --no-push works while GitLab is out of reach', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = () => 'drop'
    await team.runWithoutPush('unassign', 'ada')
    expect(await list(team)).toEqual([])
  })

  test('bulk-unassign --no-push makes every removal of the list pending', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('leavers.csv', 'username\nada\nbob\nfrank\n')
    expect(
      condense(await team.inProcess.runForJson(0, ['bulk-unassign', 'leavers.csv', '--yes', '--no-push'])),
    ).toEqual([
      ['ada', 'pending_removal', 'pending'],
      ['bob', 'pending_removal', 'pending'],
      ['frank', 'not_assigned', null],
    ])
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listCalls()).toEqual(['TakeSeats 2'])
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve'])
  })

  test('apply --no-push counts pending removals as free seats, and sync pushes them first', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\ncarol\nfrank\ntwin-one\neve\n')
    const apply = ['apply', 'team.csv', '--yes', '--max-removals', '2', '--no-push']
    const document = await team.inProcess.runForJson(0, apply)
    expect(condense(document)).toEqual([
      ['ada', 'pending_removal', 'pending'],
      ['Bob', 'pending_removal', 'pending'],
      ['carol', 'already_assigned', null],
      ['frank', 'pending', 'pending'],
      ['twin-one', 'pending', 'pending'],
      ['eve', 'already_assigned', null],
    ])
    expect(document.summary).toMatchObject({ free_before: 0, free_after: 0 })
    expect((await team.inProcess.run(['list'])).stdout).toContain(
      'Seats: 4 of 4 held (4 changes pending), 0 free',
    )
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listCalls()).toEqual(['TakeSeats 2', 'GiveSeats 2'])
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
    expect(team.listOwnHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
  })

  test('a pending removal is pushed once, however often it is requested', async () => {
    const team = await openLinkedTeam()
    await team.runWithoutPush('unassign', 'ada')
    expect(condense(await team.runWithoutPush('unassign', 'ada'))).toEqual([
      ['ada', 'pending_removal', 'pending'],
    ])
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listMutations()).toEqual([1])
    expect(team.readResults()).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['ada', 'unassigned', 'confirmed'],
    ])
  })

  test('unassign --dry-run calls a removal of an earlier run pending', async () => {
    const team = await openLinkedTeam(full)
    await team.runWithoutPush('unassign', 'ada')
    const document = await team.inProcess.runForJson(3, ['unassign', '--yes', 'ada', 'bob', '--dry-run'])
    expect(document.results.map(({ outcome }) => outcome)).toEqual(['pending_removal', 'unassigned'])
    expect(team.listMutations()).toEqual([])
  })

  test('assign pushes the pending removals of earlier runs first, and says so', async () => {
    const team = await openLinkedTeam(full)
    await team.runWithoutPush('unassign', 'ada')
    const { code, stderr } = await team.inProcess.run(['assign', 'frank'])
    expect(code).toBe(0)
    expect(stderr).toContain('Changes that earlier runs had left pending: 1 confirmed.')
    expect(team.listGitLabHolders()).toEqual(['Bob', 'carol', 'eve', 'frank'])
  })

  test('sync names a pending removal that GitLab refuses, and ends with 3', async () => {
    const team = await openLinkedTeam()
    await team.runWithoutPush('unassign', 'ada')
    team.proxy.tamper = ({ isMutation }) => (isMutation ? refuseWith('SOMETHING_NEW') : 'pass')
    const document = await team.inProcess.runForJson<SyncDocument>(3, ['sync'])
    expect(document.pushed).toEqual({ confirmed: 0, refused: 1, pending: 0 })
    expect(document.changes.map(({ change, username, message }) => [change, username, message])).toEqual([
      [
        'removal_refused',
        'ada',
        'The user keeps the seat. GitLab refused the change with the code SOMETHING_NEW. Try it in GitLab under Settings, GitLab Duo, or update duo-seats.',
      ],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['ada'], ['ada']])
    expect(team.readResults()).toEqual([['ada', 'refused_by_gitlab', 'refused']])
  })

  test('a pending removal waits while GitLab hides its purchase, and does not block other runs', async () => {
    const team = await openLinkedTeam({
      add_on_purchases: [
        makePurchase({ quantity: 4 }),
        makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 4 }),
      ],
    })
    await team.runWithoutPush('unassign', 'ada', '--add-on', 'duo-pro')
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2020-01-01' WHERE id = 1")
    const { pushed, warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect(pushed).toEqual({ confirmed: 0, refused: 0, pending: 1 })
    expect(warnings).toContain(
      'GitLab no longer shows the purchase of 1 pending change. Renew it, or discard the changes with "duo-seats unlink --discard-pending".',
    )
    expect((await team.inProcess.run(['assign', 'carol', '--add-on', 'duo-enterprise'])).code).toBe(0)
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol'])
  })

  test('a pending removal waits for a GitLab that removes seats over its API, and sync says so', async () => {
    const team = await openLinkedTeam({}, { version: '16.7' })
    await team.runWithoutPush('unassign', 'ada')
    const { pushed, warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect(pushed).toEqual({ confirmed: 0, refused: 0, pending: 1 })
    expect(warnings.join('\n')).toMatch(
      /^GitLab 16\.7\S* cannot change seats over its API\. A push needs GitLab 16\.8\.$/m,
    )
    expect(warnings.join('\n')).not.toContain('Renew it')
    expect(team.readResults()).toEqual([['ada', 'pending_removal', 'pending']])
  })
})

describe('a later run that reverses a pending change', () => {
  test('unassign replaces a pending assignment', async () => {
    const team = await openLinkedTeam()
    await team.runWithoutPush('assign', 'bob')
    await team.runWithoutPush('unassign', 'bob')
    expect(await recall(team, 1)).toEqual([
      [
        'bob',
        'not_attempted',
        'refused',
        'Not assigned: the request was discarded before GitLab confirmed it.',
      ],
    ])
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.readResults()).toEqual([
      ['bob', 'not_attempted', 'refused'],
      ['bob', 'unassigned', 'confirmed'],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['ada'], ['ada']])
  })

  test('assign replaces a pending removal, and GitLab sends no second notification', async () => {
    const team = await openLinkedTeam()
    await team.runWithoutPush('unassign', 'ada')
    await team.runWithoutPush('assign', 'ada')
    expect(await recall(team, 1)).toEqual([
      ['ada', 'not_attempted', 'refused', 'Seat kept: the removal was discarded before GitLab confirmed it.'],
    ])
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.readResults()).toEqual([
      ['ada', 'not_attempted', 'refused'],
      ['ada', 'assigned', 'confirmed'],
    ])
    expect(team.listMutations()).toEqual([])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['ada'], ['ada']])
  })
})

describe('unlink', () => {
  test('unlink is refused while a removal is pending, and --discard-pending keeps the seat', async () => {
    const team = await openLinkedTeam()
    await team.runWithoutPush('unassign', 'ada')
    const refused = await team.inProcess.run(['unlink'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('GitLab has not confirmed 1 change.')
    expect((await team.inProcess.run(['unlink', '--discard-pending'])).code).toBe(0)
    expect(await recall(team, 1)).toEqual([
      ['ada', 'not_attempted', 'refused', 'Seat kept: the removal was discarded before GitLab confirmed it.'],
    ])
    expect((await team.inProcess.run(['list'])).stdout).toContain('Seats: 1 of 4 held, 3 free')
    expect((await team.inProcess.run(['runs', 'show', '1'])).stdout).toContain(
      'Seats free: 3 before, 3 after.',
    )
    expect(team.listOwnHolders()).toEqual(['ada'])
    expect(team.listMutations()).toEqual([])
  })
})
