import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makeCrowd, makeHolders, writeCrowd } from '../support/crowd.ts'
import { showInProcess, startAtTerminal } from '../support/run-at-terminal.ts'
import { openTeam } from '../support/sample-team.ts'
import { collect, type Finished, type Workdir } from '../support/workdir.ts'

const marking = 'sed -e s/^/page:/'

/** Runs a command on a terminal of 80 columns and 40 lines, in a store where 60 users hold a seat. */
async function runOnTerminal(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  workdir: Workdir | null = null,
): Promise<Finished> {
  const child = startAtTerminal(workdir ?? (await openTeam(makeHolders(60))), args, env)
  const { stdout, ...rest } = await collect(child)
  return { ...rest, stdout: stdout.replaceAll('\r', '') }
}

/** As {@link runOnTerminal}, but in this process, whose pager would print elsewhere. */
async function showTable(args: readonly string[], env: NodeJS.ProcessEnv) {
  const { code, stdout } = await showInProcess(await openTeam(makeHolders(60)), args, env)
  return { code, stdout: stdout.replaceAll('\r', '') }
}

// `script` gives the command a terminal.
describe.runIf(existsSync('/usr/bin/script'))('a table on a terminal', () => {
  test('a table on a terminal goes through the pager if it is longer than the terminal', async () => {
    const { code, stdout } = await runOnTerminal(['list'], { PAGER: marking })
    expect([code, stdout.match(/^page:user/gm)?.length]).toEqual([0, 60])
  })

  test('a table on a terminal is printed without a pager if it fits the terminal', async () => {
    const { code, stdout } = await showTable(['list', '--limit', '30'], { PAGER: marking })
    expect([code, stdout.includes('page:'), stdout.match(/^user/gm)?.length]).toEqual([0, false, 30])
  })

  test.each([
    [['list'], { PAGER: 'cat' }, runOnTerminal],
    [['list'], { PAGER: marking, DUO_SEATS_PAGER: '' }, showTable],
    [['list', '--no-pager'], { PAGER: marking }, showTable],
    [['list', '--format', 'csv'], { PAGER: marking }, showTable],
    [['list'], { PAGER: 'no-such-pager' }, runOnTerminal],
  ])('a table on a terminal is printed as a whole with %j and %j', async (args, env, show) => {
    const { code, stdout } = await show(args, env)
    expect([code, stdout.includes('page:'), stdout.match(/^user0/gm)?.length]).toEqual([0, false, 60])
  })

  test('a table on a terminal goes through DUO_SEATS_PAGER rather than PAGER', async () => {
    const { stdout } = await runOnTerminal(['list'], { PAGER: 'cat', DUO_SEATS_PAGER: marking })
    expect(stdout).toContain('page:user060')
  })

  test('a table of a run ends with the pager, and the run with its exit code', async () => {
    const workdir = await openTeam(makeCrowd(60, 50))
    workdir.write('crowd.csv', writeCrowd(60))
    const { code, stdout } = await runOnTerminal(
      ['bulk-assign', 'crowd.csv', '--on-shortage', 'fill'],
      { PAGER: 'head -n 1' },
      workdir,
    )
    expect([code, stdout.split('\n')]).toEqual([3, [expect.stringMatching(/^LINE +USER/), '']])
    const { run, summary } = await workdir.inProcess.runForJson(0, ['runs', 'show', '1'])
    expect([run.id, summary.outcomes]).toEqual([1, { assigned: 50, no_seats_available: 10 }])
  })

  test('a table on a terminal ends as interrupted if a signal ends the pager, and the message reports that the run is written', async () => {
    const workdir = await openTeam(makeCrowd(60))
    workdir.write('crowd.csv', writeCrowd(60))
    const PAGER = 'kill -INT $$'
    const { code, stdout } = await runOnTerminal(['bulk-assign', 'crowd.csv'], { PAGER }, workdir)
    expect(code).toBe(130)
    expect(stdout).toContain('Interrupted while printing: run 1 is complete and written.')
  })

  test('a table of a dry run ends as interrupted if a signal ends the pager, and the message reports that nothing is written', async () => {
    const workdir = await openTeam(makeCrowd(60))
    workdir.write('crowd.csv', writeCrowd(60))
    const PAGER = 'kill -INT $$'
    const { code, stdout } = await runOnTerminal(
      ['bulk-assign', 'crowd.csv', '--dry-run'],
      { PAGER },
      workdir,
    )
    expect([code, stdout]).toEqual([130, expect.stringContaining('Interrupted: nothing was written.')])
  })
})
