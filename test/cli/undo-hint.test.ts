import { expect, test } from 'vitest'
import { openTeamAfter } from '../support/open-after.ts'
import { showInProcess } from '../support/run-at-terminal.ts'
import { threeHolders } from '../support/undo-runs.ts'

/** Runs a command line in a store with `threeHolders`, of whom a run 1 took the seat of `carol`. */
async function show(line: string, answer?: string): Promise<string> {
  const workdir = await openTeamAfter(['unassign carol'], threeHolders)
  workdir.write('long.csv', 'username\ncarol\neve\nfrank\n')
  const { stdout } = await showInProcess(workdir, line.split(' '), {}, 80, answer)
  return stdout.replaceAll('\r', '')
}

async function showLastLine(line: string, answer?: string): Promise<string> {
  return (await show(line, answer)).split('\n').at(-2) ?? ''
}

const proposal = 'Run 2; to undo it: duo-seats undo 2'

test.each(['assign carol', 'unassign ada', 'unassign ada bob --yes', 'undo 1'])(
  '%s on a terminal ends with the number of the run and the command that undoes it',
  async (line) => {
    expect(await showLastLine(line)).toBe(proposal)
  },
)

test('a bulk-assign that gave the free seats after a yes ends with the command that undoes it', async () => {
  expect(await showLastLine('bulk-assign long.csv', 'y\r')).toBe(proposal)
})

test('the command that undoes a run repeats --store', async () => {
  expect(await showLastLine('assign carol --store store.db')).toBe(
    'Run 2; to undo it: duo-seats --store store.db undo 2',
  )
})

test.each([
  'assign ada',
  'unassign carol',
  'assign carol --dry-run',
  'assign carol --quiet',
  'assign carol --format json',
  'runs show 1',
  'bulk-assign long.csv --on-shortage fail',
])('%s on a terminal does not print a command that undoes a run', async (line) => {
  expect(await show(line)).not.toContain('to undo it')
})
