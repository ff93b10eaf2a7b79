import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeStore } from '../support/fill-store.ts'
import { readStore } from '../support/read-store.ts'
import { makeTeamSnapshot } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'
import { countSurplus, expectNoLeftovers, expectSound } from './expect-sound.ts'
import { fuzz } from './fuzz.ts'
import { changeText, textChanges } from './mutated-text.ts'

const cells = fc.constantFrom(
  ...['ada', 'Bob', '@carol', 'dora', 'eve', 'frank', '1', '5.00', 'twins@example.com', 'ada@example.com'],
  ...['typo', '', ' ', '="eve"', '#N/A', 'ada; bob', 'Eve <eve@example.com>', '"eve"', 'Ada Lovelace'],
)

const headers = fc.constantFrom(
  ...[
    ['username'],
    ['user_id', 'username'],
    ['email', 'name'],
    ['User Name', 'note'],
    ['line', 'outcome'],
    [],
  ],
)

const lists = fc
  .record({
    header: headers,
    rows: fc.array(fc.array(cells, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    changes: textChanges,
    encoding: fc.constantFrom<BufferEncoding>('utf8', 'utf16le', 'latin1'),
  })
  .map(({ header, rows, delimiter, lineEnd, changes, encoding }) => {
    const lines = [header, ...rows].map((row) => row.join(delimiter))
    return Buffer.from(changeText(lines.join(lineEnd), changes), encoding)
  })

const commands = fc.record({
  command: fc.constantFrom(
    ['bulk-assign', 'list.csv'],
    ['bulk-unassign', 'list.csv', '--yes'],
    ['apply', 'list.csv', '--yes', '--max-removals', '100%'],
    ['assign', '-'],
    ['bulk-assign', '-'],
  ),
  format: fc.constantFrom('json', 'ndjson', 'csv', 'table'),
  options: fc.subarray(['--dry-run', '--rejects=rejects.csv', '--results=results.json', '--no-header']),
})

test('a list of any bytes is read as a whole or refused as a whole', async () => {
  const workdir = new Workdir()
  const store = await makeStore(makeTeamSnapshot())
  const one = fc.record({ list: lists, command: commands })
  await fuzz(one, async ({ list, command: { command, format, options } }) => {
    for (const name of ['store.db-wal', 'store.db-shm', 'store.db-push', 'results.json', 'rejects.csv'])
      rmSync(workdir.join(name), { force: true })
    workdir.write('store.db', store)
    workdir.write('list.csv', list)
    const before = readStore(workdir)
    const args = [...command, `--format=${format}`, ...options]
    const finished = await workdir.inProcess.run(args, { stdin: list })
    expectSound(args, finished)
    expectNoLeftovers(workdir)
    expect(countSurplus(workdir)).toEqual([0])
    if (finished.code === 2 || options.includes('--dry-run')) expect(readStore(workdir)).toEqual(before)
    if (finished.code === 5) expect(readStore(workdir)['seats']).toEqual(before['seats'])
  })
})
