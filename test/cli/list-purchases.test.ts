import { describe, expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { listNames, mixed, openListed } from '../support/listed-users.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'

const atNine = { env: frozenClock }

describe('list and the days of a purchase', () => {
  const ofDays = (started_on: string | null, expires_on: string | null) => ({
    ...mixed,
    add_on_purchases: [makePurchase({ quantity: 4, started_on, expires_on })],
  })

  test.each<[string | null, string]>([
    ['2026-04-02', ''],
    ['2026-04-01', 'warning: GitLab Duo Pro expires on 2026-04-01, in 30 days.\n'],
    ['2026-03-03', 'warning: GitLab Duo Pro expires on 2026-03-03, in 1 day.\n'],
    ['2026-03-02', 'warning: GitLab Duo Pro expired on 2026-03-02. Its seats cannot be changed.\n'],
    [null, ''],
  ])('list prints the right warning for a purchase that ends on %s', async (expiresOn, stderr) => {
    const workdir = await openListed(ofDays('2026-01-01', expiresOn))
    expect(await listNames(workdir, '')).toEqual({ names: ['ada', 'Bob', 'cleo'], stderr })
  })

  test.each([
    ['2026-01-01', '2026-03-02', 'expired on 2026-03-02.'],
    ['2026-03-03', '2027-01-01', 'starts on 2026-03-03.'],
    ['2026-03-03', null, 'starts on 2026-03-03.'],
  ])(
    'list and assign print the day of a purchase that is not active from %s to %s',
    async (start, end, sentence) => {
      const workdir = await openListed(ofDays(start, end))
      const { stderr } = await listNames(workdir, '')
      expect(stderr).toBe(`warning: GitLab Duo Pro ${sentence} Its seats cannot be changed.\n`)
      const assign = await workdir.inProcess.run(['assign', 'dora'], atNine)
      expect([assign.code, assign.stdout]).toEqual([1, ''])
      expect(assign.stderr).toContain(
        `error: GitLab Duo Pro ${sentence} Its seats cannot be changed.\nhint: `,
      )
      expect((await listNames(workdir, '')).names).toEqual(['ada', 'Bob', 'cleo'])
    },
  )

  test('assign accepts a purchase from its first day on', async () => {
    const workdir = await openListed(ofDays('2026-03-02', '2026-03-03'))
    await workdir.inProcess.runExpecting(0, ['assign', 'dora'], atNine)
  })

  test('list prints that the days of a purchase are unknown', async () => {
    const workdir = await openListed(ofDays(null, null))
    const stdout = await workdir.inProcess.runExpecting(0, ['list'], atNine)
    expect(stdout.split('\n')[2]).toBe('The term of the purchase is unknown.')
  })
})

describe('list with two add-ons', () => {
  const pro = makePurchase({ quantity: 3 })
  const enterprise = makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 1 })
  const both = {
    users: [makeUser(7, 'ada'), makeUser(8, 'bob')],
    add_on_purchases: [pro, enterprise],
    seats: [makeSeat(7), makeSeat(8, { add_on_purchase_id: 2 })],
  }

  test.each(['list', 'assign ada'])('%s requires --add-on where two add-ons are active', async (command) => {
    const workdir = await openListed(both)
    expect(await workdir.inProcess.run(command.split(' '), atNine)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: More than one add-on has seats.\n' +
        'hint: Choose one: --add-on duo-pro (1 of 3 seats held, 2 free), --add-on duo-enterprise (1 of 1 seat held, 0 free).\n',
    })
  })

  test('list --add-on prints the holders of the chosen add-on', async () => {
    const workdir = await openListed(both)
    expect((await listNames(workdir, '--add-on duo-pro')).names).toEqual(['ada'])
    expect((await listNames(workdir, '--add-on duo-enterprise')).names).toEqual(['bob'])
    await workdir.inProcess.runExpecting(3, ['assign', 'ada', '--add-on', 'duo-enterprise'], atNine)
    await workdir.inProcess.runExpecting(0, ['assign', 'bob', '--add-on', 'duo-pro'], atNine)
    expect((await listNames(workdir, '--add-on duo-pro')).names).toEqual(['ada', 'bob'])
  })

  test('list takes the active add-on when the other one has expired', async () => {
    const expired = { ...pro, expires_on: '2026-03-01' }
    const workdir = await openListed({ ...both, add_on_purchases: [expired, enterprise] })
    expect((await listNames(workdir, '')).names).toEqual(['bob'])
    expect(await listNames(workdir, '--add-on duo-pro')).toEqual({
      names: ['ada'],
      stderr: 'warning: GitLab Duo Pro expired on 2026-03-01. Its seats cannot be changed.\n',
    })
  })

  test('list rejects an add-on that was not bought', async () => {
    const workdir = await openListed({ ...both, add_on_purchases: [pro], seats: [makeSeat(7)] })
    expect(await workdir.inProcess.run(['list', '--add-on', 'duo-enterprise'], atNine)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: The store has no purchase of GitLab Duo Enterprise.\n' +
        'hint: Choose one that was bought: --add-on duo-pro (1 of 3 seats held, 2 free).\n',
    })
  })

  test('list reports that no add-on was bought', async () => {
    const workdir = await openListed({ add_on_purchases: [] })
    expect(await workdir.inProcess.run(['list'], atNine)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: The store has no purchase of GitLab Duo Pro or GitLab Duo Enterprise.\n' +
        'hint: Buy seats, then bring a newer snapshot with "duo-seats sync --from snapshot.json".\n',
    })
  })
})
