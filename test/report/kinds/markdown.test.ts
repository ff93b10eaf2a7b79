import fc from 'fast-check'
import { marked, type Token, type Tokens } from 'marked'
import { describe, expect, test } from 'vitest'
import type { RunReport } from '../../../src/domain/run.ts'
import { fullRun, makeResult, makeRun } from '../sample-reports.ts'
import { hostileTexts, outsideText } from './outside-texts.ts'
import { writeKind } from './write-kind.ts'

const unknown = (line: number, input: string) =>
  makeResult({ line, input, userId: null, username: null, outcome: 'user_not_found', detail: 'username' })

async function parse(report: RunReport, listPath: string | null = 'team.csv'): Promise<Token[]> {
  return marked.lexer(await writeKind('markdown', report, listPath), { gfm: true })
}

function listTokens(tokens: readonly Token[]): Token[] {
  const all: Token[] = []
  marked.walkTokens([...tokens], (token) => {
    all.push(token)
  })
  return all
}

function listTables(tokens: readonly Token[]): string[][][] {
  return tokens
    .filter((token): token is Tokens.Table => token.type === 'table')
    .map(({ rows }) => rows.map((cells) => cells.map(({ tokens: inside }) => readText(inside))))
}

/** Text as a reader sees it. */
function readText(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      'tokens' in token && token.tokens ? readText(token.tokens) : 'text' in token ? token.text : '',
    )
    .join('')
}

describe('a Markdown report', () => {
  test('a Markdown report has the counts, the seats before and after, the users who go without, and the rows', async () => {
    expect(await writeKind('markdown', fullRun)).toBe(`\
### duo-seats bulk-assign, run 3: GitLab Duo Pro

List: \`team.csv\`

Recorded in the store only: GitLab itself was not changed.

| seats | before | after |
| --- | ---: | ---: |
| free | 1 | 0 |

| outcome | rows |
| --- | ---: |
| ✓ \`assigned\` | 1 |
| ✓ \`already_assigned\` | 1 |
| – \`duplicate\` | 2 |
| ✗ \`user_not_found\` | 1 |
| ✗ \`ambiguous_user\` | 1 |
| ✗ \`invalid_user_membership\` | 1 |
| ✗ \`no_seats_available\` | 2 |
| all | 9 |

**Without a seat, since too few are free (2):** \`eve\` (line 8), \`fred\` (line 9)

**Other rows without success (3):** \`typo\` (line 5), \`carl\` (line 6), \`dora\` (line 7)

| line | user | outcome | message |
| ---: | --- | --- | --- |
| 2 | \`ada\` | ✓ \`assigned\` | Seat assigned. |
| 3 | \`bob\` | ✓ \`already_assigned\` | The user already has a seat. |
| 4 | \`ada\` | – \`duplicate\` | Same user as on line 2. |
| 5 | \`typo\` | ✗ \`user_not_found\` | \`No user has the username "typo".\` |
| 6 | \`carl\` | ✗ \`ambiguous_user\` | \`The row does not match exactly one user: username "carl" matches @carl, email "eve@example.com" matches @eve.\` |
| 7 | \`dora\` | ✗ \`invalid_user_membership\` | The user is blocked. |
| 8 | \`eve\` | ✗ \`no_seats_available\` | No seat is free. |
| 9 | \`fred\` | ✗ \`no_seats_available\` | No seat is free. |
| 10 | \`eve\` | – \`duplicate\` | Same user as on line 8. |
`)
  })

  test('a Markdown report is read as one heading, sentences and three tables by a Markdown parser', async () => {
    const tokens = await parse(fullRun)
    expect(tokens.map(({ type }) => type).filter((type) => type !== 'space')).toEqual([
      'heading',
      'paragraph',
      'paragraph',
      'table',
      'table',
      'paragraph',
      'paragraph',
      'table',
    ])
    const [seats, outcomes, rows] = listTables(tokens)
    expect(seats).toEqual([['free', '1', '0']])
    expect(outcomes?.at(-1)).toEqual(['all', '9'])
    expect(rows?.[5]).toEqual(['7', 'dora', '✗ invalid_user_membership', 'The user is blocked.'])
  })

  test('a Markdown report of a dry run is a plan, and shows the differences only where it starts from the holders', async () => {
    const results = [
      makeResult({ line: null, input: 'dennis', outcome: 'unassigned' }),
      makeResult({ line: 2, input: 'ada', outcome: 'already_assigned' }),
    ]
    const run = { command: 'apply' as const, dryRun: true, id: null }
    const text = await writeKind('markdown', makeRun({ results, run, summary: { removals: 1 } }), null)
    expect(text).toMatch(/^### duo-seats apply, plan: GitLab Duo Pro\n\nDry run: nothing was written\.\n\n/)
    expect(text).toMatch(/\n\| {2}\| `dennis` \| ✓ `unassigned` \| Seat would be removed\. \|\n$/)
    expect(text).not.toContain('`ada`')
  })

  test('a Markdown report has the sentence of a refusal, and names at most ten users', async () => {
    const results = Array.from({ length: 12 }, (_, index) =>
      makeResult({ line: index + 2, input: `u-${index}`, userId: index, outcome: 'no_seats_available' }),
    )
    const summary = { refusal: 'too_few_seats' as const, needed: 12, short: 12 }
    const text = await writeKind('markdown', makeRun({ results, summary }))
    expect(text).toContain('**Refused: 12 seats needed, 0 free. Nothing was written.** `Shorten the list,')
    expect(text).toContain('`u-8` (line 10), `u-9` (line 11) and 2 more\n')
    expect(text).not.toContain('| seats | before | after |')
  })

  test('a Markdown report shows the first 50 rows, and says how many are left out', async () => {
    const results = Array.from({ length: 1060 }, (_, index) =>
      makeResult({ line: index + 2, input: `u-${index}` }),
    )
    const tokens = await parse(makeRun({ results }))
    const rows = listTables(tokens)[2]
    expect([rows?.length, rows?.[0]?.[1], rows?.[49]?.[1]]).toEqual([50, 'u-0', 'u-49'])
    expect(readText(tokens.slice(-1))).toBe('1,010 more rows are not shown.')
  })

  test.each([
    ['apply', [], 'The list names no user. Nothing to do.'],
    ['apply', [makeResult({ outcome: 'already_assigned' })], 'Nothing to change.'],
    ['reclaim', [makeResult({ outcome: 'already_assigned' })], 'Nothing to do.'],
  ] as const)('a Markdown report of %s without changes says so: %j', async (command, results, sentence) => {
    const text = await writeKind('markdown', makeRun({ results: [...results], run: { command } }))
    expect(text.endsWith(`\n\n${sentence}\n`)).toBe(true)
  })
})

/** Tokens that a name could only cause by becoming markup. */
const ownTypes = ['heading', 'paragraph', 'table', 'space', 'text', 'strong', 'codespan', 'escape']

/** Words in plain text that GitLab would turn into a mention, a reference, an emoji or a quick action. */
const reference = /[@#!~$&^]\w|%[\w"]|:\w+:|\b[A-Z]+-\d|https?:|www\.|^\/\w/m

async function expectInert(texts: readonly string[]): Promise<void> {
  const results = texts.map((text, index) => unknown(index + 2, text))
  const given = makeRun({ results, summary: { failed: texts.length } })
  const tokens = listTokens(await parse({ ...given }, texts[0] ?? 'team.csv'))
  expect(tokens.filter(({ type }) => !ownTypes.includes(type))).toEqual([])
  const plain = tokens.filter((token) => token.type === 'text' && !('tokens' in token && token.tokens))
  expect(plain.filter((token) => 'text' in token && reference.test(String(token.text)))).toEqual([])
  const rows = listTables(await parse(given)).at(-1) ?? []
  expect(rows.map((cells) => cells.length)).toEqual(texts.map(() => 4))
  expect(rows.map(([line, , outcome]) => [line, outcome])).toEqual(
    texts.map((_, index) => [String(index + 2), '✗ user_not_found']),
  )
}

describe('outside text in a Markdown report', () => {
  test.each(hostileTexts.map((text) => [text]))('%j is no mention, link or markup', (text) =>
    expectInert([text]),
  )

  test('outside text in a Markdown report is shown as it is, with backquotes and pipes as their code points', async () => {
    const given = ['@ada', 'a`b', 'a|b', '<b>', '\\', 'a\\|b', '&#64;ada']
    const tokens = await parse(makeRun({ results: given.map((text, index) => unknown(index + 2, text)) }))
    expect(
      listTables(tokens)
        .at(-1)
        ?.map(([, user]) => user),
    ).toEqual(['@ada', 'a\\u{60}b', 'a\\u{7c}b', '<b>', '\\', 'a\\\\u{7c}b', '&#64;ada'])
  })

  test('outside text in a Markdown report is never markup, whatever it is', async () => {
    await fc.assert(fc.asyncProperty(fc.array(outsideText, { minLength: 1, maxLength: 5 }), expectInert))
  })
})
