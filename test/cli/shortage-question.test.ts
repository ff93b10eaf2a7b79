import { describe, expect, test } from 'vitest'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { askInProcess, runAtTerminal } from '../support/run-at-terminal.ts'
import { openTeam } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

/** Ada holds one of three seats. The list needs three, and two are free. */
async function openTeamWithLongList(): Promise<Workdir> {
  const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 3 })] })
  workdir.write('long.csv', 'username\nada\nbob\ncarol\neve\n')
  return workdir
}

const assign = ['bulk-assign', 'long.csv']

const asked = `\
Without a seat: @eve (line 5).
To decide beforehand: --on-shortage fill or fail.
3 need seats, 2 are free: give 2 in file order? [y/N] `

const note =
  'A list that is too long gets the free seats in its order. To give all or none: --on-shortage fail.\n'

const filled = ['ada', 'Bob', 'carol']

describe('bulk-assign with a list that is too long, on a terminal', () => {
  test('bulk-assign gives the free seats in file order after a yes', async () => {
    const workdir = await openTeamWithLongList()
    const { code, screen, report } = await runAtTerminal(workdir, assign, { answer: 'y\r' })
    expect([code, screen]).toEqual([3, `${asked}y\n`])
    expect(report).toContain('4 rows: 2 assigned, 1 already_assigned, 1 no_seats_available.\n')
    expect(report).toContain('2     ada    ✓ already_assigned')
    expect(listHolders(workdir)).toEqual(filled)
  })

  test('bulk-assign writes nothing after a no, and ends with 5', async () => {
    const workdir = await openTeamWithLongList()
    const before = readStore(workdir)
    const { code, screen, report } = await runAtTerminal(workdir, assign, { answer: 'n\r' })
    expect([code, screen, report]).toEqual([
      5,
      `${asked}n\nerror: Cancelled. Nothing was written.\nhint: To carry the plan out, run the command again and answer with y.\n`,
      '',
    ])
    expect(readStore(workdir)).toEqual(before)
  })

  test('the question of bulk-assign is broken between words', async () => {
    const workdir = await openTeamWithLongList()
    const { screen } = await askInProcess(workdir, assign, { answer: 'y\r' }, 48)
    expect(screen).toContain(`\
Without a seat: @eve (line 5).
To decide beforehand: --on-shortage fill
or fail.
3 need seats, 2 are free: give 2 in file
order? [y/N] y
`)
  })

  test.each<[string[], number, string, string[]]>([
    [['--yes'], 3, '', filled],
    [['--dry-run'], 3, note, ['ada']],
    [['--yes', '--dry-run'], 3, '', ['ada']],
    [['--on-shortage', 'fill'], 3, '', filled],
    [['--on-shortage', 'fail'], 5, '', ['ada']],
  ])('bulk-assign %j does not ask', async (options, code, screen, holders) => {
    const workdir = await openTeamWithLongList()
    const finished = await askInProcess(workdir, [...assign, ...options])
    expect([finished.code, finished.screen, listHolders(workdir)]).toEqual([code, screen, holders])
  })

  test('bulk-assign --holders-of asks whether to give the free seats by user id', async () => {
    const workdir = await openTeam({
      add_on_purchases: [makePurchase(), makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 1 })],
      seats: [makeSeat(1), makeSeat(2)],
    })
    const { screen } = await askInProcess(
      workdir,
      ['bulk-assign', '--holders-of', 'duo-pro', '--add-on', 'duo-enterprise'],
      { answer: 'n\r' },
    )
    expect(screen).toContain('2 need seats, 1 is free: give 1 by user id? [y/N] ')
  })

  test('bulk-assign does not ask where every user of the list gets a seat, or none does', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 3 })] })
    workdir.write('short.csv', 'username\nbob\ncarol\n')
    const { code, screen } = await askInProcess(workdir, ['bulk-assign', 'short.csv'])
    expect([code, screen, listHolders(workdir)]).toEqual([0, '', filled])
    workdir.write('full.csv', 'username\neve\n')
    expect((await askInProcess(workdir, ['bulk-assign', 'full.csv'])).screen).toBe(note)
  })
})

describe('bulk-assign with a list that is too long, without a terminal', () => {
  test('bulk-assign gives the free seats in file order, and names --on-shortage', async () => {
    const workdir = await openTeamWithLongList()
    const { code, stderr } = await workdir.run(assign)
    expect([code, stderr, listHolders(workdir)]).toEqual([3, note, filled])
  })

  test('bulk-assign with an explicit --on-shortage fill does not name the option', async () => {
    const workdir = await openTeamWithLongList()
    const { code, stderr } = await workdir.inProcess.run([...assign, '--on-shortage', 'fill'])
    expect([code, stderr]).toEqual([3, ''])
  })
})
