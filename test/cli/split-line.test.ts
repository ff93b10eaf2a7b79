import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitLine } from '../../src/cli/completion/split-line.ts'

test.each([
  ['', ['']],
  ['duo-seats', ['duo-seats']],
  ['duo-seats ', ['duo-seats', '']],
  ['a  b\tc', ['a', 'b', 'c']],
  ['--store "my store.db" ad', ['--store', 'my store.db', 'ad']],
  [`--store='my store.db' "a\\"d"`, ['--store=my store.db', 'a"d']],
  ['my\\ store.db @ad', ['my store.db', '@ad']],
  ['assign "a d', ['assign', 'a d']],
  ["assign 'a d", ['assign', 'a d']],
  ['assign "', ['assign', '']],
  ['assign a\\', ['assign', 'a']],
  ['assign $(rm x) `y`', ['assign', '$(rm', 'x)', '`y`']],
])('splitLine splits %j into %j', (line, words) => {
  expect(splitLine(line)).toEqual(words)
})

const piece = fc.constantFrom('a', 'ü', ' ', "'", '"', '\\', '--x=', '@', "'b c'", '"d\\e"', '""')
const makeLine = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))

/** Splits each line in one bash; null if a quote is open. */
function splitInBash(lines: readonly string[]): (string[] | null)[] {
  const script =
    'for line; do eval "set -- $line" 2>/dev/null && printf "%s\\037" ok "$@"; printf "\\036"; done'
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...lines], { encoding: 'utf8' })
  const records = stdout.split('\u001e').slice(0, -1)
  return records.map((record) => (record === '' ? null : record.split('\u001f').slice(1, -1)))
}

test('splitLine splits finished lines like bash', () => {
  const lines = fc.sample(makeLine, 1_000).filter((line) => !line.endsWith('\\'))
  const compared = splitInBash(lines).flatMap((words, index) =>
    // The space ends the last word of the line.
    words === null ? [] : [[lines[index], splitLine(`${lines[index]} `).slice(0, -1), words] as const],
  )
  expect(compared.length).toBeGreaterThan(100)
  for (const [line, ours, words] of compared) expect([line, ours]).toEqual([line, words])
})
