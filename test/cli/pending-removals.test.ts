import { describe, expect, test } from 'vitest'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import type { RunDocument } from '../support/run-document.ts'
import { makeTeamSnapshot } from '../support/sample-team.ts'
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

/** `[input, outcome, pushed]` of each result. */
function condense({ results }: RunDocument): unknown[] {
  return results.map(({ input, outcome, pushed }) => [input, outcome, pushed])
}

/** `[username, holds_seat, pushed]` of each listed user. */
async function list(team: LinkedTeam, ...args: string[]): Promise<unknown[]> {
  const { users } = await team.runForJson<{ users: ListedUser[] }>(0, ['list', ...args])
  return users.map(({ username, holds_seat, pushed }) => [username, holds_seat, pushed])
}

async function stage(team: LinkedTeam, ...args: string[]): Promise<RunDocument> {
  return team.runForJson(0, [...args, '--no-push'])
}

/** `[input, outcome, pushed, message]` of each result that `runs show` prints. */
async function recall(team: LinkedTeam, run: number): Promise<unknown[]> {
  const { results } = await team.runForJson(0, ['runs', 'show', String(run)])
  return results.map(({ input, outcome, pushed, message }) => [input, outcome, pushed, message])
}

/** Moves a seat in GitLab, with as many holders as before. */
function swapSeats(team: LinkedTeam, loserId: number, winnerId: number): void {
  team.changeGitLab(`
    DELETE FROM seats WHERE user_id = ${loserId};
    INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, ${winnerId})
  `)
}

/** Ada, Bob, Carol and Eve hold all four seats. */
const full = { seats: [1, 2, 3, 5].map((id) => makeSeat(id)) }

describe('a pending removal', () => {
  test('a removal with --no-push is pending in every report until sync pushes it', async () => {
    const team = await openLinkedTeam()
    expect(condense(await stage(team, 'unassign', 'ada'))).toEqual([['ada', 'pending_removal', 'pending']])
    expect(team.listGitLabHolders()).toEqual(['ada'])
    expect(await list(team)).toEqual([])
    expect((await list(team, '--all'))[0]).toEqual(['ada', false, 'pending'])
    expect((await team.run(['list'])).stdout).toContain('Seats: 0 of 4 held (1 change pending), 4 free')
    expect((await team.run(['list', '--all'])).stdout).toMatch(/^ada .* pending removal /m)
    expect((await team.run(['doctor'])).stdout).toContain('Changes of seats that wait for GitLab: 1.')

    const synced = await team.run(['sync'])
    expect([synced.code, synced.stderr]).toEqual([0, ''])
    expect(synced.stdout).toContain('\nPending changes: 1 confirmed by GitLab.\n')
    expect(team.listCalls()).toEqual(['TakeSeat 1'])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
    expect(team.readResults()).toEqual([['ada', 'unassigned', 'confirmed']])
    expect((await team.run(['doctor'])).stdout).toContain('No change of seats waits for GitLab.')
  })

  test('unassign --no-push says on stderr that changes are pending, and ends with 0', async () => {
    const team = await openLinkedTeam()
    const { code, stderr } = await team.run(['unassign', 'ada', '--no-push'])
    expect([code, stderr]).toEqual([0, 'Changes are pending: "duo-seats sync" pushes them to GitLab.\n'])
  })

  test('unassign --no-push works while GitLab is out of reach', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = () => 'drop'
    await stage(team, 'unassign', 'ada')
    expect(await list(team)).toEqual([])
  })

  test('bulk-unassign --no-push makes every removal of the list pending', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('leavers.csv', 'username\nada\nbob\nfrank\n')
    expect(condense(await stage(team, 'bulk-unassign', 'leavers.csv', '--yes'))).toEqual([
      ['ada', 'pending_removal', 'pending'],
      ['bob', 'pending_removal', 'pending'],
      ['frank', 'not_assigned', null],
    ])
    await team.runForJson(0, ['sync'])
    expect(team.listCalls()).toEqual(['TakeSeats 2'])
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve'])
  })

  test('apply --no-push counts pending removals as free seats, and sync pushes them first', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\ncarol\nfrank\ntwin-one\neve\n')
    const document = await stage(team, 'apply', 'team.csv', '--yes', '--max-removals', '2')
    expect(condense(document)).toEqual([
      ['ada', 'pending_removal', 'pending'],
      ['Bob', 'pending_removal', 'pending'],
      ['carol', 'already_assigned', null],
      ['frank', 'pending', 'pending'],
      ['twin-one', 'pending', 'pending'],
      ['eve', 'already_assigned', null],
    ])
    expect(document.summary).toMatchObject({ free_before: 0, free_after: 0 })
    expect((await team.run(['list'])).stdout).toContain('Seats: 4 of 4 held (4 changes pending), 0 free')
    await team.runForJson(0, ['sync'])
    expect(team.listCalls()).toEqual(['TakeSeats 2', 'GiveSeats 2'])
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
    expect(team.listOwnHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
  })

  test('a pending removal is pushed once, however often it is requested', async () => {
    const team = await openLinkedTeam()
    await stage(team, 'unassign', 'ada')
    expect(condense(await stage(team, 'unassign', 'ada'))).toEqual([['ada', 'pending_removal', 'pending']])
    await team.runForJson(0, ['sync'])
    expect(team.listMutations()).toEqual([1])
    expect(team.readResults()).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['ada', 'unassigned', 'confirmed'],
    ])
  })

  test('unassign --dry-run calls a removal of an earlier run pending', async () => {
    const team = await openLinkedTeam(full)
    await stage(team, 'unassign', 'ada')
    const document = await team.runForJson(3, ['unassign', 'ada', 'bob', '--dry-run'])
    expect(document.results.map(({ outcome }) => outcome)).toEqual(['pending_removal', 'unassigned'])
    expect(team.listMutations()).toEqual([])
  })

  test('assign pushes the pending removals of earlier runs first, and says so', async () => {
    const team = await openLinkedTeam(full)
    await stage(team, 'unassign', 'ada')
    const { code, stderr } = await team.run(['assign', 'frank'])
    expect(code).toBe(0)
    expect(stderr).toContain('Changes that earlier runs had left pending: 1 confirmed.')
    expect(team.listGitLabHolders()).toEqual(['Bob', 'carol', 'eve', 'frank'])
  })

  test('sync names a pending removal that GitLab refuses, and ends with 3', async () => {
    const team = await openLinkedTeam()
    await stage(team, 'unassign', 'ada')
    team.proxy.tamper = ({ isMutation }) => (isMutation ? refuseWith('SOMETHING_NEW') : 'pass')
    const document = await team.runForJson<SyncDocument>(3, ['sync'])
    expect(document.pushed).toEqual({ confirmed: 0, refused: 1, pending: 0 })
    expect(document.changes.map(({ change, username, message }) => [change, username, message])).toEqual([
      [
        'removal_refused',
        'ada',
        'Keeps the seat that was to be taken back. GitLab refused the change with the code SOMETHING_NEW: try it in GitLab, under Settings, GitLab Duo, or update duo-seats.',
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
    await stage(team, 'unassign', 'ada', '--add-on', 'duo-pro')
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2020-01-01' WHERE id = 1")
    const { pushed, warnings } = await team.runForJson<SyncDocument>(0, ['sync'])
    expect(pushed).toEqual({ confirmed: 0, refused: 0, pending: 1 })
    expect(warnings).toContain(
      'Pending changes of a purchase that GitLab does not show any more: 1. Renew it, or give them up with "duo-seats unlink --discard-pending".',
    )
    expect((await team.run(['assign', 'carol', '--add-on', 'duo-enterprise'])).code).toBe(0)
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol'])
  })

  test('a pending removal waits for a GitLab that removes seats over its API, and sync says so', async () => {
    const team = await openLinkedTeam({}, { version: '16.7' })
    await stage(team, 'unassign', 'ada')
    const { pushed, warnings } = await team.runForJson<SyncDocument>(0, ['sync'])
    expect(pushed).toEqual({ confirmed: 0, refused: 0, pending: 1 })
    expect(warnings.join('\n')).toMatch(
      /^GitLab 16\.7\S* neither gives nor takes seats over its API: nothing can be pushed before 16\.8\.$/m,
    )
    expect(warnings.join('\n')).not.toContain('Renew it')
    expect(team.readResults()).toEqual([['ada', 'pending_removal', 'pending']])
  })
})

describe('a later run that reverses a pending change', () => {
  test('unassign replaces a pending assignment', async () => {
    const team = await openLinkedTeam()
    await stage(team, 'assign', 'bob')
    await stage(team, 'unassign', 'bob')
    expect(await recall(team, 1)).toEqual([
      [
        'bob',
        'not_attempted',
        'refused',
        'Could have had a seat, but it was given up before GitLab confirmed it.',
      ],
    ])
    await team.runForJson(0, ['sync'])
    expect(team.readResults()).toEqual([
      ['bob', 'not_attempted', 'refused'],
      ['bob', 'unassigned', 'confirmed'],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['ada'], ['ada']])
  })

  test('assign replaces a pending removal, and GitLab sends no second notification', async () => {
    const team = await openLinkedTeam()
    await stage(team, 'unassign', 'ada')
    await stage(team, 'assign', 'ada')
    expect(await recall(team, 1)).toEqual([
      [
        'ada',
        'not_attempted',
        'refused',
        'Keeps the seat: taking it was given up before GitLab confirmed it.',
      ],
    ])
    await team.runForJson(0, ['sync'])
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
    await stage(team, 'unassign', 'ada')
    const refused = await team.run(['unlink'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Changes that GitLab has not confirmed: 1.')
    expect((await team.run(['unlink', '--discard-pending'])).code).toBe(0)
    expect(await recall(team, 1)).toEqual([
      [
        'ada',
        'not_attempted',
        'refused',
        'Keeps the seat: taking it was given up before GitLab confirmed it.',
      ],
    ])
    expect((await team.run(['list'])).stdout).toContain('Seats: 1 of 4 held, 3 free')
    expect((await team.run(['runs', 'show', '1'])).stdout).toContain('Seats free: 3 before, 3 after.')
    expect(team.listOwnHolders()).toEqual(['ada'])
    expect(team.listMutations()).toEqual([])
  })
})

describe('a linked undo', () => {
  async function openApplied(): Promise<LinkedTeam> {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\ncarol\nfrank\ntwin-one\neve\n')
    await team.runForJson(0, ['apply', 'team.csv', '--yes', '--max-removals', '2'])
    team.proxy.seen.length = 0
    return team
  }

  test('undo of an apply restores the seats in GitLab and in the store, and can be undone itself', async () => {
    const team = await openApplied()
    expect(condense(await team.runForJson(0, ['undo', '1', '--yes']))).toEqual([
      ['frank', 'unassigned', 'confirmed'],
      ['twin-one', 'unassigned', 'confirmed'],
      ['ada', 'assigned', 'confirmed'],
      ['Bob', 'assigned', 'confirmed'],
    ])
    expect(team.listCalls()).toEqual(['TakeSeats 2', 'GiveSeats 2'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    await team.runForJson(0, ['undo', '2', '--yes'])
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
    expect(team.listOwnHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
  })

  test('undo --dry-run sends nothing to GitLab', async () => {
    const team = await openApplied()
    const before = team.readOwnStore()
    await team.runForJson(0, ['undo', '1', '--dry-run'])
    expect(team.listMutations()).toEqual([])
    expect(team.readOwnStore()).toEqual(before)
  })

  test('undo skips users whose seat GitLab changed after the run', async () => {
    const team = await openApplied()
    swapSeats(team, 6, 1)
    const { results } = await team.runForJson(3, ['undo', '1', '--yes'])
    expect(results.map(({ input, outcome }) => [input, outcome])).toEqual([
      ['twin-one', 'unassigned'],
      ['ada', 'changed_since'],
      ['frank', 'changed_since'],
      ['Bob', 'assigned'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('undo prints a reason for every user who cannot have the seat back', async () => {
    const team = await openApplied()
    team.changeGitLab(`
      UPDATE users SET state = 'blocked' WHERE username = 'ada';
      UPDATE users SET gone_at = '2026-03-02' WHERE username = 'Bob';
      DELETE FROM seats WHERE user_id = 6; UPDATE users SET state = 'deactivated' WHERE username = 'frank';
    `)
    for (const option of ['--dry-run', '--yes']) {
      const { results } = await team.runForJson(3, ['undo', '1', option])
      expect(results.map(({ input, outcome, message }) => [input, outcome, message])).toEqual([
        ['twin-one', 'unassigned', expect.any(String)],
        ['frank', 'changed_since', 'Is left alone: somebody changed the seat after that run.'],
        ['ada', 'invalid_user_membership', 'Is blocked.'],
        ['Bob', 'user_not_found', 'Is gone from GitLab.'],
      ])
    }
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve'])
  })

  test('undo on GitLab.com reports that a user who left the group is not a member', async () => {
    const { subscription } = makeTeamSnapshot()
    const ofGroup = { ...subscription, offering: 'gitlab.com', url: 'https://gitlab.com', group: 'acme' }
    const team = await openLinkedTeam({ subscription: ofGroup })
    await team.runForJson(0, ['unassign', 'ada'])
    team.changeGitLab("UPDATE users SET member = 0 WHERE username = 'ada'")
    const { results } = await team.runForJson(3, ['undo', '1', '--yes'])
    expect(results.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['invalid_user_membership', 'not_a_member'],
    ])
  })

  test('undo --no-push makes its changes pending until sync pushes them', async () => {
    const team = await openApplied()
    const document = await stage(team, 'undo', '1', '--yes')
    expect(document.summary.outcomes).toEqual({ pending: 2, pending_removal: 2 })
    expect(team.listMutations()).toEqual([])
    await team.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('undo discards the pending changes of its run', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\ncarol\nfrank\ntwin-one\neve\n')
    await stage(team, 'apply', 'team.csv', '--yes', '--max-removals', '2')
    await stage(team, 'undo', '1', '--yes')
    await team.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.readResults().map(([input, outcome]) => [input, outcome])).toEqual([
      ['ada', 'not_attempted'],
      ['Bob', 'not_attempted'],
      ['carol', 'already_assigned'],
      ['frank', 'not_attempted'],
      ['twin-one', 'not_attempted'],
      ['eve', 'already_assigned'],
      ['frank', 'unassigned'],
      ['twin-one', 'unassigned'],
      ['ada', 'assigned'],
      ['Bob', 'assigned'],
    ])
  })
})

describe('a linked apply', () => {
  test('apply makes the holders in GitLab equal to the list when the store is out of date', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\nada\nbob\ncarol\nfrank\n')
    swapSeats(team, 1, 7)
    const document = await team.runForJson(0, ['apply', 'team.csv', '--yes', '--max-removals', '2'])
    expect(condense(document)).toEqual([
      ['eve', 'unassigned', 'confirmed'],
      ['twin-one', 'unassigned', 'confirmed'],
      ['ada', 'assigned', 'confirmed'],
      ['bob', 'already_assigned', null],
      ['carol', 'already_assigned', null],
      ['frank', 'assigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'frank'])
  })
})

describe('a linked reclaim', () => {
  /** Two holders are idle, one has no known activity, and one is blocked. */
  const idle = {
    users: [
      makeUser(1, 'ada', { last_duo_activity_on: '2020-02-01' }),
      makeUser(2, 'bob', { last_duo_activity_on: '2020-01-01' }),
      makeUser(3, 'carol'),
      makeUser(4, 'dora', { state: 'blocked' }),
      makeUser(5, 'eve', { last_duo_activity_on: '2020-01-01' }),
    ],
    seats: [1, 2, 3, 4].map((id) => makeSeat(id)),
    add_on_purchases: [makePurchase({ quantity: 5 })],
  }
  const reclaim = ['reclaim', '--inactive-for', '60d', '--max-removals', '100%']

  test('reclaim removes the seats of ineligible holders, and keeps seats of unknown age', async () => {
    const team = await openLinkedTeam(idle)
    const { code, stderr } = await team.run([...reclaim, '--yes'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      'Left alone, since nobody knows how old their seat is: 2. A seat counts from the first sync that showed it, since GitLab does not tell.\n',
    )
    expect(team.readResults()).toEqual([['dora', 'unassigned', 'confirmed']])
    expect(team.listCalls()).toEqual(['TakeSeat 1'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'bob', 'carol'])
  })

  test('reclaim keeps a seat that a run assigned recently', async () => {
    const team = await openLinkedTeam(idle)
    await team.runForJson(0, ['assign', 'eve'])
    const { stderr } = await team.run([...reclaim, '--yes'])
    expect(stderr).toContain('Left alone, since nobody knows how old their seat is: 2.')
    expect(team.listGitLabHolders()).toEqual(['ada', 'bob', 'carol', 'eve'])
  })

  test('reclaim removes an idle seat that a run assigned long ago', async () => {
    const team = await openLinkedTeam(idle)
    await team.runForJson(0, ['assign', 'eve'])
    team.changeOwnStore("UPDATE seats SET assigned_at = '2021-01-01T00:00:00.000Z' WHERE user_id = 5")
    await team.runForJson(0, ['sync'])
    const document = await team.runForJson(0, [...reclaim, '--yes'])
    expect(condense(document)).toEqual([
      ['dora', 'unassigned', 'confirmed'],
      ['eve', 'unassigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'bob', 'carol'])
  })

  test('reclaim removes an idle seat that the first sync found long ago', async () => {
    const team = await openLinkedTeam(idle)
    team.changeOwnStore("UPDATE seats SET seen_at = '2021-01-01T00:00:00.000Z' WHERE user_id < 3")
    expect(condense(await team.runForJson(0, [...reclaim, '--to-free', '3', '--yes']))).toEqual([
      ['dora', 'unassigned', 'confirmed'],
      ['bob', 'unassigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol'])
  })

  test('reclaim keeps a seat that was used since the last sync', async () => {
    const team = await openLinkedTeam(idle)
    team.changeOwnStore("UPDATE seats SET seen_at = '2021-01-01T00:00:00.000Z' WHERE user_id < 3")
    const today = new Date().toISOString().slice(0, 10)
    team.changeGitLab(`UPDATE users SET last_duo_activity_on = '${today}' WHERE id = 2`)
    const { results } = await team.runForJson(0, [...reclaim, '--dry-run'])
    expect(results.map(({ input }) => input)).toEqual(['dora', 'ada'])
  })

  test('reclaim sends nothing without --yes', async () => {
    const team = await openLinkedTeam(idle)
    const before = team.readOwnStore()
    const { code, stderr } = await team.run(reclaim)
    expect(code).toBe(0)
    expect(stderr).toContain('Nothing was taken. Add --yes to take the seats.')
    expect(team.listMutations()).toEqual([])
    expect(team.readOwnStore()).toEqual(before)
  })

  test('reclaim --no-push makes its removals pending until sync pushes them', async () => {
    const team = await openLinkedTeam(idle)
    expect(condense(await stage(team, ...reclaim, '--yes'))).toEqual([['dora', 'pending_removal', 'pending']])
    await team.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'bob', 'carol'])
  })
})
