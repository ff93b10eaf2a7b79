import { describe, expect, test } from 'vitest'
import { openStoreOf } from '../support/fill-store.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { readStore } from '../support/read-store.ts'
import type { RunDocument } from '../support/run-document.ts'
import type { Workdir } from '../support/workdir.ts'

const pro = makePurchase()
const enterprise = makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 3 })

const holdersOfPro = ['bulk-assign', '--holders-of', 'duo-pro', '--add-on', 'duo-enterprise']

/** Ada and Bob hold Duo Pro seats, and Eve none. */
function makeSeats(facts: object = {}) {
  return makeSnapshot({
    add_on_purchases: [pro],
    users: [makeUser(1, 'ada'), makeUser(2, 'bob'), makeUser(3, 'eve')],
    seats: [makeSeat(1), makeSeat(2)],
    ...facts,
  })
}

async function syncNext(workdir: Workdir, facts: object): Promise<void> {
  workdir.write('next.json', JSON.stringify(makeSeats({ taken_at: '2026-03-02T08:30:00Z', ...facts })))
  await workdir.inProcess.runExpecting(0, ['sync', '--from', 'next.json'])
}

function listOutcomes({ results }: RunDocument): [string | null, string][] {
  return results.map(({ username, outcome }) => [username, outcome])
}

const bothAssigned = [
  ['ada', 'assigned'],
  ['bob', 'assigned'],
]

describe('bulk-assign --holders-of', () => {
  test('bulk-assign --holders-of gives the holders of Duo Pro a seat of Duo Enterprise while both are active', async () => {
    const workdir = await openStoreOf(makeSeats({ add_on_purchases: [pro, enterprise] }))
    const before = readStore(workdir)
    const planned = await workdir.inProcess.runForJson<RunDocument>(0, [...holdersOfPro, '--dry-run'])
    expect([listOutcomes(planned), readStore(workdir)]).toEqual([bothAssigned, before])
    const done = await workdir.inProcess.runForJson<RunDocument>(0, holdersOfPro)
    expect([done.run.add_on, listOutcomes(done)]).toEqual(['duo-enterprise', bothAssigned])
  })

  test('bulk-assign --holders-of gives the last holders of Duo Pro a seat after the sync that did not find the purchase any more', async () => {
    const workdir = await openStoreOf(makeSeats())
    await syncNext(workdir, { add_on_purchases: [enterprise], seats: [] })
    expect(listOutcomes(await workdir.inProcess.runForJson(0, holdersOfPro))).toEqual(bothAssigned)
    await syncNext(workdir, { taken_at: '2026-03-02T08:45:00Z', add_on_purchases: [enterprise], seats: [] })
    expect(listOutcomes(await workdir.inProcess.runForJson(0, [...holdersOfPro, '--dry-run']))).toHaveLength(
      2,
    )
  })

  test('bulk-assign --holders-of finds that the holders have a seat where the purchase itself became one of Duo Enterprise', async () => {
    const workdir = await openStoreOf(makeSeats())
    await syncNext(workdir, { add_on_purchases: [makePurchase({ add_on: 'duo-enterprise' })] })
    expect(listOutcomes(await workdir.inProcess.runForJson(0, holdersOfPro))).toEqual([
      ['ada', 'already_assigned'],
      ['bob', 'already_assigned'],
    ])
  })

  test('bulk-assign --holders-of does not count a user who lost the seat before the purchase ended', async () => {
    const workdir = await openStoreOf(makeSeats())
    await workdir.inProcess.runExpecting(0, ['unassign', 'bob'])
    await syncNext(workdir, { add_on_purchases: [enterprise], seats: [] })
    expect(listOutcomes(await workdir.inProcess.runForJson(0, holdersOfPro))).toEqual([['ada', 'assigned']])
  })

  test('bulk-assign --holders-of records the add-on in the audit trail', async () => {
    const workdir = await openStoreOf(makeSeats({ add_on_purchases: [pro, enterprise] }))
    await workdir.inProcess.runExpecting(0, holdersOfPro)
    expect(await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'])).toContain('--holders-of duo-pro\n')
  })

  test.each<[string, string[], number, string]>([
    [
      'a file',
      ['people.csv', '--add-on', 'duo-enterprise'],
      2,
      'error: Both the file people.csv and --holders-of are given.\n',
    ],
    [
      'groups',
      ['--members-of', 'acme'],
      2,
      "error: option '--holders-of <add-on>' cannot be used with option '--members-of <path>'\n",
    ],
    [
      'the same add-on',
      ['--add-on', 'duo-pro'],
      2,
      'error: The holders of GitLab Duo Pro have its seats already. Nothing was written.\n',
    ],
    [
      'no other add-on',
      [],
      2,
      'error: The holders of GitLab Duo Pro have its seats already. Nothing was written.\n',
    ],
    ['an option about groups', ['--inherited'], 2, 'error: --inherited needs a group.\n'],
  ])('bulk-assign --holders-of is a usage error with %s', async (_, args, code, message) => {
    const workdir = await openStoreOf(makeSeats())
    const finished = await workdir.inProcess.run(['bulk-assign', '--holders-of', 'duo-pro', ...args])
    expect([finished.code, finished.stdout, finished.stderr]).toEqual([
      code,
      '',
      expect.stringContaining(message),
    ])
  })

  test('bulk-assign --holders-of refuses an add-on without known holders, and writes nothing', async () => {
    const workdir = await openStoreOf(makeSeats())
    const before = readStore(workdir)
    const { code, stderr } = await workdir.inProcess.run(['bulk-assign', '--holders-of', 'duo-enterprise'])
    expect(code).toBe(5)
    expect(stderr).toContain(
      'error: The store contains no holder of GitLab Duo Enterprise. Nothing was written.\n',
    )
    expect(readStore(workdir)).toEqual(before)
  })

  test('bulk-assign --holders-of in a linked store pushes the seats of the last holders to GitLab', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(`
      INSERT INTO add_on_purchases (id, add_on, quantity, started_on, expires_on, trial)
      SELECT 2, 'duo-enterprise', 3, started_on, expires_on, 0 FROM add_on_purchases WHERE id = 1;
      UPDATE add_on_purchases SET expires_on = '2026-01-02' WHERE id = 1
    `)
    const { run, results } = await team.inProcess.runForJson<RunDocument>(0, holdersOfPro)
    expect([run.add_on, results.map(({ username, outcome }) => [username, outcome])]).toEqual([
      'duo-enterprise',
      [['ada', 'assigned']],
    ])
  })
})
