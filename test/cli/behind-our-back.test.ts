import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { listCrowd, makeCrowd, makeHolders, nameOf, writeCrowd } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import type { ResultRow, RunDocument } from '../support/run-document.ts'
import { condense } from '../support/run-document.ts'
import { withBothAddOns } from '../support/sample-team.ts'
import type { ChangeRow } from '../support/sync-store.ts'
import type { Tampering } from '../support/tampering-proxy.ts'

/** Runs `sync`. Returns `[change, username]` of each change and warning. */
async function sync(team: LinkedTeam, code = 0): Promise<unknown[]> {
  const { changes } = await team.inProcess.runForJson<{ changes: ChangeRow[] }>(code, ['sync'])
  return changes.map(({ change, username }) => [change, username])
}

/** Changes GitLab once, just before the mutation with this number, counted from 1. */
function changeBeforeMutation(team: LinkedTeam, number: number, sql: string, tampering: Tampering = 'pass') {
  let mutations = 0
  team.proxy.tamper = ({ isMutation }) => {
    if (!isMutation || ++mutations !== number) return 'pass'
    team.changeGitLab(sql)
    return tampering
  }
}

const takeFrom = (userId: number) => `DELETE FROM seats WHERE user_id = ${userId}`
const buy = (quantity: number) => `UPDATE add_on_purchases SET quantity = ${quantity} WHERE id = 1`
const expire = (id: number) => `UPDATE add_on_purchases SET expires_on = '2020-01-01' WHERE id = ${id}`

describe('a seat that moved in GitLab, so the number of holders stayed', () => {
  const [ada, carol] = [1, 3]

  test('unassign removes the seat of a user that the store does not contain as a holder', async () => {
    const team = await openLinkedTeam()
    team.moveSeatInGitLab(ada, carol)
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'carol']))).toEqual([
      ['carol', 'unassigned', 'confirmed'],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
  })

  test('assign gives a seat to a user who holds one in the store, but not in GitLab', async () => {
    const team = await openLinkedTeam()
    team.moveSeatInGitLab(ada, carol)
    expect(condense(await team.inProcess.runForJson(0, ['assign', 'ada']))).toEqual([
      ['ada', 'assigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol'])
    expect(team.listOwnHolders()).toEqual(['ada', 'carol'])
  })
})

describe('a holder who loses the seat in GitLab', () => {
  test('assign gives another user the seat that a holder lost in GitLab before the run', async () => {
    const team = await openLinkedTeam({ add_on_purchases: [makePurchase({ quantity: 1 })] })
    team.changeGitLab(takeFrom(1))
    expect(condense(await team.inProcess.runForJson(3, ['assign', 'bob', 'ada']))).toEqual([
      ['bob', 'assigned', 'confirmed'],
      ['ada', 'no_seats_available', null],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['Bob'], ['Bob']])
  })

  test('sync reports a seat that a holder lost in GitLab between the reading and the push', async () => {
    const team = await openLinkedTeam()
    changeBeforeMutation(team, 1, takeFrom(1))
    expect(condense(await team.inProcess.runForJson(0, ['assign', 'ada', 'bob']))).toEqual([
      ['ada', 'already_assigned', null],
      ['bob', 'assigned', 'confirmed'],
    ])
    expect(await sync(team)).toEqual([['seat_lost', 'ada']])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['Bob'], ['Bob']])
  })

  test('bulk-assign does not assign again a seat that its first call assigned and GitLab removed', async () => {
    const team = await openLinkedTeam(makeCrowd(150))
    team.workdir.write('crowd.csv', writeCrowd(150))
    changeBeforeMutation(team, 2, takeFrom(7), 'drop')
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv'])
    expect(team.listMutations()).toEqual([100, 50, 50])
    expect(await sync(team)).toEqual([['seat_lost', nameOf(7)]])
    expect(team.listGitLabHolders()).toEqual(listCrowd(150).filter((name) => name !== nameOf(7)))
    expect(team.listOwnHolders()).toEqual(team.listGitLabHolders())
  })

  test('unassign confirms the removal of a seat that GitLab has removed already', async () => {
    const team = await openLinkedTeam({ seats: [1, 2].map((id) => makeSeat(id)) })
    changeBeforeMutation(team, 1, takeFrom(1))
    expect(condense(await team.inProcess.runForJson(0, ['unassign', '--yes', 'ada', 'bob']))).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['bob', 'unassigned', 'confirmed'],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
    expect(await sync(team)).toEqual([])
  })
})

describe('a username that has passed to another user', () => {
  test('bulk-unassign of more than a hundred names takes no seat of the user who had one of them before', async () => {
    const team = await openLinkedTeam(makeHolders(20, 160))
    const [name, other] = [nameOf(2), nameOf(150)]
    team.changeGitLab(`
      UPDATE users SET username = 'passing' WHERE id = 2;
      UPDATE users SET username = '${name}' WHERE id = 150;
      UPDATE users SET username = '${other}' WHERE id = 2;
    `)
    team.workdir.write('leavers.csv', `username\n${[name, ...listCrowd(140, 40)].join('\n')}\n`)
    const { results } = await team.inProcess.runForJson(0, ['bulk-unassign', 'leavers.csv', '--yes'])
    expect(results[0]).toMatchObject({ input: name, user_id: 150, outcome: 'not_assigned' })
    expect(team.listGitLabHolders()).toHaveLength(20)
  })
})

describe('a quantity that is lowered in GitLab', () => {
  test.each([
    ['to the number of holders', [1], 0],
    ['below the number of holders', [1, 6], -1],
  ])('assign finds no free seat after GitLab lowered the quantity %s', async (_, holders, free) => {
    const team = await openLinkedTeam({ seats: holders.map((id) => makeSeat(id)) })
    team.changeGitLab(buy(1))
    const document = await team.inProcess.runForJson(3, ['assign', 'bob', 'ada'])
    expect(condense(document)).toEqual([
      ['bob', 'no_seats_available', null],
      ['ada', 'already_assigned', null],
    ])
    expect(document.summary).toMatchObject({ needed: 1, short: 1, free_before: free, free_after: free })
    const failing = await team.inProcess.run(['assign', 'bob', '--on-shortage', 'fail', '--quiet'])
    expect([failing.code, failing.stderr]).toEqual([5, expect.stringContaining('1 seat needed, 0 free.')])
    expect(team.listMutations()).toEqual([])
  })

  test.each([
    ['one user', ['bob'], 1],
    ['the last of several users', ['bob', 'carol', 'eve'], 2],
  ])(
    'assign refuses %s when GitLab lowers the quantity before the push, and removes no seat',
    async (_, inputs, quantity) => {
      const team = await openLinkedTeam()
      changeBeforeMutation(team, 1, buy(quantity))
      const document = await team.inProcess.runForJson(3, ['assign', ...inputs])
      const given = inputs.slice(0, quantity - 1)
      expect(condense(document)).toEqual([
        ...given.map((input) => [input, 'assigned', 'confirmed']),
        ...inputs.slice(quantity - 1).map((input) => [input, 'no_seats_available', 'refused']),
      ])
      expect(document.summary).toMatchObject({ short: inputs.length - given.length, free_after: 0 })
      expect(team.listGitLabHolders()).toHaveLength(quantity)
      expect(team.listOwnHolders()).toEqual(team.listGitLabHolders())
    },
  )

  test('bulk-assign assigns no more seats when GitLab lowers the quantity between two calls, and sync reports the surplus', async () => {
    const team = await openLinkedTeam(makeCrowd(150))
    team.workdir.write('crowd.csv', writeCrowd(150))
    changeBeforeMutation(team, 2, buy(60))
    const { results, summary } = await team.inProcess.runForJson(3, ['bulk-assign', 'crowd.csv'])
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...Array(100).fill('assigned'),
      ...Array(50).fill('no_seats_available'),
    ])
    expect(summary).toMatchObject({ free_before: 60, free_after: -40, short: 50 })
    expect(team.listMutations()).toEqual([100, 50])
    expect(await sync(team)).toEqual([['seats_exceeded', null]])
    expect(team.listOwnHolders()).toEqual(team.listGitLabHolders())
  })

  test('bulk-assign --on-shortage fail stops when GitLab lowers the quantity between two calls, and prints who has a seat', async () => {
    const team = await openLinkedTeam(makeCrowd(250))
    team.workdir.write('crowd.csv', writeCrowd(250))
    let mutations = 0
    team.proxy.tamper = async ({ isMutation }): Promise<Tampering> => {
      if (!isMutation || ++mutations !== 2) return 'pass'
      // The first call may still be in flight.
      while (team.listGitLabHolders().length < 100) await delay(5)
      team.changeGitLab(buy(120))
      return 'pass'
    }
    const { code, stdout, stderr } = await team.inProcess.run([
      'bulk-assign',
      'crowd.csv',
      '--on-shortage',
      'fail',
    ])
    expect([code, stderr]).toEqual([
      3,
      'warning: GitLab had too few free seats for the whole list, so the run was stopped. Assigned before: 100.\n',
    ])
    const rows = stdout.split('\n').filter((line) => /^\d+ +user\d/.test(line))
    expect(rows.map((row) => row.split(/ +/)[3])).toEqual([
      ...Array(100).fill('assigned'),
      ...Array(150).fill('not_attempted'),
    ])
    expect(stdout).toContain(
      '250 rows: 100 assigned, 150 not_attempted.\nSeats free: 120 before, 20 after.\n',
    )
    expect(stdout).toMatch(
      /\. 150 without a seat: @user101 \(line 102\), .* and 140 more\.\nGitLab was asked during the run\. .+\n$/,
    )
    expect(team.listMutations()).toEqual([100, 100])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([listCrowd(100), listCrowd(100)])
  })

  test('sync reports a surplus of held seats, and later the holder who lost the seat for it', async () => {
    const team = await openLinkedTeam({ seats: [1, 2, 3].map((id) => makeSeat(id)) })
    team.changeGitLab(buy(2))
    expect(await sync(team)).toEqual([
      ['add_on_purchase_changed', null],
      ['seats_exceeded', null],
    ])
    team.changeGitLab(takeFrom(3))
    expect(await sync(team)).toEqual([['seat_lost', 'carol']])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob'])
  })
})

describe('a purchase that expires in GitLab', () => {
  test('assign writes nothing when the purchase expired before the run', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    team.changeGitLab(expire(1))
    const { code, stderr } = await team.inProcess.run(['assign', 'bob'])
    expect([code, stderr]).toEqual([1, expect.stringContaining('GitLab shows no active Duo Pro')])
    expect(team.readOwnStore()).toEqual(before)
    expect(team.listMutations()).toEqual([])
  })

  test('assign takes the purchase that is still active when another one has expired', async () => {
    const team = await openLinkedTeam(withBothAddOns)
    team.changeGitLab(expire(1))
    const gone = await team.inProcess.run(['assign', 'bob', '--add-on', 'duo-pro'])
    expect([gone.code, gone.stderr]).toEqual([
      2,
      expect.stringContaining('The store has no purchase of GitLab Duo Pro.'),
    ])
    expect(condense(await team.inProcess.runForJson(0, ['assign', 'bob']))).toEqual([
      ['bob', 'assigned', 'confirmed'],
    ])
    expect(team.listMutations()).toEqual([1])
  })

  test('bulk-assign keeps confirmed seats when the purchase expires between two calls, and the rest stays pending until the renewal', async () => {
    const team = await openLinkedTeam(makeCrowd(150))
    team.workdir.write('crowd.csv', writeCrowd(150))
    changeBeforeMutation(team, 2, expire(1))
    const { results } = await team.inProcess.runForJson(4, ['bulk-assign', 'crowd.csv'])
    expect(results.map(({ outcome, pushed }) => `${outcome} ${pushed}`)).toEqual([
      ...Array(100).fill('assigned confirmed'),
      ...Array(50).fill('pending pending'),
    ])
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2099-01-01'")
    expect(await sync(team)).toEqual([])
    expect(team.listGitLabHolders()).toEqual(listCrowd(150))
    expect(new Set(team.readResults().map(([, outcome, pushed]) => `${outcome} ${pushed}`))).toEqual(
      new Set(['assigned confirmed']),
    )
    expect(team.listMutations()).toEqual([100, 50, 50])
  })

  test('assign keeps changes of a purchase that expires before the push pending until the renewal, though another purchase is active', async () => {
    const team = await openLinkedTeam(withBothAddOns)
    changeBeforeMutation(team, 1, expire(1))
    expect(
      condense(await team.inProcess.runForJson(4, ['assign', 'bob', 'carol', '--add-on', 'duo-pro'])),
    ).toEqual([
      ['bob', 'pending', 'pending'],
      ['carol', 'pending', 'pending'],
    ])
    expect(await sync(team)).toEqual([
      ['add_on_purchase_gone', null],
      ['seat_lost', 'ada'],
    ])
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2099-01-01'")
    await sync(team)
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob', 'carol'])
  })
})

describe('two stores that push to one GitLab at once', () => {
  test('two stores at once assign exactly the seats that are free, each in the order of its list', async () => {
    const team = await openLinkedTeam(makeCrowd(300, 220))
    const other = await team.link('second.db')
    team.workdir.write('first.csv', writeCrowd(150))
    team.workdir.write('second.csv', writeCrowd(300, 151))
    const finished = await Promise.all([
      team.run(['bulk-assign', 'first.csv', '--format', 'json']),
      team.run(['bulk-assign', 'second.csv', '--format', 'json', '--store', other]),
    ])
    const given = finished.map(({ stdout }) => {
      const { results, summary } = JSON.parse(stdout) as RunDocument
      const isGiven = ({ outcome, pushed }: ResultRow) => outcome === 'assigned' && pushed === 'confirmed'
      const names = results.filter(isGiven).map(({ input }) => input)
      expect(names).toEqual(results.slice(0, names.length).map(({ input }) => input))
      if (summary.short > 0) expect(summary.free_after).toBe(0)
      return names
    })
    expect(given.flat().toSorted()).toEqual(team.listGitLabHolders())
    expect(team.listGitLabHolders()).toHaveLength(220)
    // Two calls for each list, one more for each rest, and some more where one store outran the other.
    expect(team.listMutations().length).toBeLessThanOrEqual(10)
  })

  test('two stores, of which one assigns and one removes the same seats, both match GitLab after a sync', async () => {
    const team = await openLinkedTeam(makeHolders(120, 120, 150))
    const other = await team.link('second.db')
    const [taken, given] = await Promise.all([
      team.run(['unassign', '--yes', ...listCrowd(120)]),
      team.run(['assign', ...listCrowd(120), '--store', other]),
    ])
    expect([taken.code, given.code]).toEqual([0, 0])
    await team.inProcess.run(['sync'])
    await team.inProcess.run(['sync', '--store', other])
    expect(team.listOwnHolders()).toEqual(team.listGitLabHolders())
  })
})
