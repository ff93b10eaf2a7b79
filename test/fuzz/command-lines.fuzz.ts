import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeStore } from '../support/fill-store.ts'
import { makeTeamSnapshot } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'
import { countSurplus, expectNoLeftovers, expectSound } from './expect-sound.ts'
import { fuzz } from './fuzz.ts'

const commands = fc.constantFrom(
  ...[
    'assign',
    'bulk-assign',
    'unassign',
    'bulk-unassign',
    'apply',
    'reclaim',
    'undo',
    'list',
    'runs',
    'link',
  ],
  ...['sync', 'unlink', 'doctor', 'template', 'completion', 'help', 'version', 'grant', '', '--help', '-V'],
)

const flags = fc.constantFrom(
  ...[
    '--dry-run',
    '--yes',
    '--quiet',
    '--no-color',
    '--wide',
    '--json',
    '--no-header',
    '--holders',
    '--free',
  ],
  ...[
    '--allow-older',
    '--exit-code',
    '--reverse',
    '--no-push',
    '--all',
    '--pending',
    '--discard-pending',
    '-',
    '--',
  ],
)

const valued = fc.constantFrom(
  ...[
    '--format',
    '--store',
    '--add-on',
    '--on-shortage',
    '--results',
    '--rejects',
    '--limit',
    '--since',
    '--until',
  ],
  ...[
    '--column',
    '--columns',
    '--delimiter',
    '--encoding',
    '--max-removals',
    '--to-free',
    '--idle-for',
    '--sort',
  ],
  ...[
    '--from',
    '--to',
    '--timeout',
    '--outcome',
    '--actor',
    '--except',
    '--members-of',
    '--user',
    '--group',
    '--x',
  ],
)

const values = fc.constantFrom(
  ...[
    'json',
    'csv',
    'ndjson',
    'table',
    'rake',
    'duo-pro',
    'duo-enterprise',
    'fill',
    'fail',
    '0',
    '1',
    '-1',
    '1e9',
  ],
  ...[
    '99999999999999999999',
    '10%',
    '101%',
    'list.csv',
    'snapshot.json',
    'missing/x.csv',
    '.',
    '',
    ' ',
    'ada',
    '@Bob',
  ],
  ...[
    'yesterday',
    '2026-03',
    '1y',
    '2026-02-30',
    '10s',
    '0s',
    '1ms',
    'last',
    'username',
    'name,username',
    'utf-16',
  ],
  ...[
    'store.db',
    'other.db',
    '\u001b[2J',
    '\u202e',
    '\0',
    '=1+1',
    'acme/platform',
    'bash',
    'exit-codes',
    'é',
    '"',
  ],
  'http://127.0.0.1:9',
)

const words = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(valued, values) },
  { weight: 1, arbitrary: fc.tuple(valued, values).map(([name, value]) => [`${name}=${value}`]) },
  { weight: 2, arbitrary: fc.tuple(flags) },
  { weight: 2, arbitrary: fc.tuple(values) },
)

const lines = fc
  .tuple(commands, fc.array(words, { maxLength: 5 }))
  .map(([command, rest]) => [command, ...rest.flat()])

test('every command line ends with a documented code and a message', async () => {
  const workdir = new Workdir()
  const store = await makeStore(makeTeamSnapshot())
  await fuzz(lines, async (args) => {
    for (const name of ['store.db-wal', 'store.db-shm', 'store.db-push', 'other.db'])
      rmSync(workdir.join(name), { force: true })
    workdir.write('store.db', store)
    workdir.write('list.csv', 'username\nada\nBob\n')
    workdir.write('snapshot.json', makeTeamSnapshot())
    const finished = await workdir.inProcess.run(args, { stdin: 'username\neve\n' })
    expectSound(args, finished)
    expectNoLeftovers(workdir)
    if (finished.code !== 0) expect(finished.stderr + finished.stdout, args.join(' ')).not.toBe('')
    expect(countSurplus(workdir)).toEqual([0])
  })
})
