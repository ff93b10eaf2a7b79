import { expect, test } from 'vitest'
import { listCrowd, makeHolders, nameOf, writeCrowd } from '../support/crowd.ts'
import { shareStore } from '../support/open-after.ts'
import { openTeam } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

const size = 2_400
const holders = 1_200
const quantity = 2_300

/** 1,200 of 2,400 users hold one of 2,300 seats. */
const openLargeStore = shareStore(() => openTeam(makeHolders(holders, size, quantity)))

/** With a list of all users, 1,100 unknown ones and one user 1,200 times more. */
async function openLargeTeam(): Promise<Workdir> {
  const workdir = await openLargeStore()
  const unknown = Array.from({ length: 1_100 }, (_, index) => `typo-${index}`)
  const repeated = Array.from({ length: 1_200 }, () => nameOf(1))
  workdir.write('all.csv', `username\n${[...listCrowd(size), ...unknown, ...repeated].join('\n')}\n`)
  workdir.write('known.csv', writeCrowd(size, 1_001))
  return workdir
}

/** Not line numbers, names, days, times, or numbers to type. */
function listBareCounts(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^[+=!?-]? *\d+ +(user|typo-)/.test(line))
    .map((line) =>
      line.replaceAll(/--max-\w+ \d+|\b(user|typo-)\d+|\(line \d+\)|\d+-\d\d-\d\d|\d\d:\d\d/g, ''),
    )
    .flatMap((line) => line.match(/.*(?<![\d,.])\d{4,}.*/g) ?? [])
}

test.each([
  ['list --limit 1', '1,200 of 2,300 held'],
  ['status --min-free 1% --max-idle 1200', '1,200'],
  ['usage', '2,300 bought, 1,200 held'],
  ['bulk-assign all.csv --dry-run', '4,700 rows: 1,100 assigned, 1,200 already_assigned'],
  ['bulk-assign all.csv --dry-run --on-shortage fail', '1,200 seats needed, 1,100 free'],
  ['bulk-assign all.csv --dry-run --quiet', '1,200 of 4,700 rows failed'],
  ['bulk-unassign all.csv --dry-run', '1,200 unassigned'],
  ['apply known.csv --dry-run', 'Refused: 1,000 seats would be removed, the limit'],
  ['apply known.csv --dry-run --max-removals 100%', '+ 1,200 to assign, - 1,000 to remove'],
  ['apply all.csv --dry-run', '1,200 users needed a seat'],
  ['bulk-assign all.csv --dry-run --report markdown=run.md', '1,100 before, 0 after'],
  ['reclaim --inactive-for 30d --include-never-active --seat-age-unknown take --max-removals 100%', '1,200'],
])('%s groups the digits of its counts, such as %j', async (line, expected) => {
  const workdir = await openLargeTeam()
  const { stdout, stderr } = await workdir.inProcess.run(line.split(' '))
  const text = `${stdout}${stderr}${line.includes('run.md') ? workdir.read('run.md') : ''}`
  expect(text).toContain(expected)
  expect(listBareCounts(text)).toEqual([])
})
