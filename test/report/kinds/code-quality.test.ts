import { readFileSync } from 'node:fs'
import { Validator } from '@cfworker/json-schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunReport } from '../../../src/domain/run.ts'
import { fullRun, linkedRun, makeResult, makeRun } from '../sample-reports.ts'
import { hostileTexts, outsideText } from './outside-texts.ts'
import { writeKind } from './write-kind.ts'

interface Finding {
  description: string
  check_name: string
  fingerprint: string
  severity: string
  location: { path: string; lines: { begin: number } }
}

const schema = readFileSync(new URL('code-quality-schema.json', import.meta.url), 'utf8')
const validator = new Validator(JSON.parse(schema) as object, '2020-12', false)

/** Reads a report as GitLab does, and checks it against its schema. */
async function writeFindings(report: RunReport, listPath: string | null = 'team.csv'): Promise<Finding[]> {
  const text = await writeKind('codequality', report, listPath)
  expect(text.startsWith('[')).toBe(true)
  const findings: Finding[] = JSON.parse(text)
  expect(validator.validate(findings)).toEqual({ valid: true, errors: [] })
  const fingerprints = findings.map(({ fingerprint }) => fingerprint)
  expect(new Set(fingerprints).size).toBe(findings.length)
  return findings
}

const unknown = (line: number, input: string) =>
  makeResult({ line, input, userId: null, username: null, outcome: 'user_not_found', detail: 'username' })

const removal = (line: number | null, input: string) => makeResult({ line, input, outcome: 'unassigned' })

describe('a Code Quality report', () => {
  test('a Code Quality report has a finding on the line of each row without success', async () => {
    const findings = await writeFindings(fullRun)
    expect(
      findings.map(({ location, severity, description }) => [location.lines.begin, severity, description]),
    ).toEqual([
      [5, 'major', 'No user has the username "typo".'],
      [
        6,
        'major',
        'The row does not match exactly one user: username "carl" matches @carl, email "eve@example.com" matches @eve.',
      ],
      [7, 'major', 'dora: The user is blocked.'],
      [8, 'major', 'eve: No seat is free.'],
      [9, 'major', 'fred: No seat is free.'],
      [10, 'minor', 'eve: Same user as on line 8.'],
    ])
    expect(findings[0]).toEqual({
      description: 'No user has the username "typo".',
      check_name: 'duo-seats/user_not_found',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      severity: 'major',
      location: { path: 'team.csv', lines: { begin: 5 } },
    })
  })

  test('a Code Quality report has unconfirmed and refused changes of a linked store', async () => {
    const findings = await writeFindings(linkedRun)
    expect(findings.map(({ location, severity }) => [location.lines.begin, severity])).toEqual([
      [3, 'minor'],
      [4, 'minor'],
      ...[6, 7, 8, 9, 10, 11].map((line) => [line, 'major']),
    ])
  })

  test('a Code Quality report has removals in a dry run only, and those of other holders on line 1', async () => {
    const results = [removal(null, 'dennis'), removal(4, 'grace'), makeResult({ line: 5 })]
    const [real, planned] = [false, true].map((dryRun) =>
      makeRun({ results, run: { command: 'apply', dryRun } }),
    )
    expect(real && (await writeFindings(real))).toEqual([])
    const findings = planned ? await writeFindings(planned) : []
    expect(
      findings.map(({ location, severity, description }) => [location.lines.begin, severity, description]),
    ).toEqual([
      [1, 'info', 'dennis: Seat would be removed.'],
      [4, 'info', 'grace: Seat would be removed.'],
    ])
  })

  test('a Code Quality report is an empty list where every row succeeds', async () => {
    expect(await writeKind('codequality', makeRun({ results: [makeResult({})] }))).toBe('[]\n')
  })

  test('a Code Quality report stands in the pipeline file without a list, and keeps the line in the description', async () => {
    const [finding] = await writeFindings(makeRun({ results: [unknown(3, 'typo')] }), null)
    expect(finding).toMatchObject({
      description: 'No user has the username "typo". (line 3)',
      location: { path: '.gitlab-ci.yml', lines: { begin: 1 } },
    })
  })

  test('a Code Quality report has the refusal of a run, and the plan that was refused', async () => {
    const planned = makeRun({
      results: [removal(null, 'dennis')],
      summary: { removals: 1, refusal: 'too_many_removals' },
    })
    const refused = makeResult({
      line: null,
      input: 'dennis',
      outcome: 'not_attempted',
      detail: 'too_many_removals',
    })
    const findings = await writeFindings({
      ...makeRun({ results: [refused], run: { command: 'apply' }, summary: planned.summary }),
      removalLimit: { cap: { number: 0 }, held: 5 },
      plan: {
        summary: planned.summary,
        readResults: planned.readResults,
        readRejects: planned.readRejects,
        countRepeats: planned.countRepeats,
      },
    })
    expect(
      findings.map(({ severity, check_name, description }) => [severity, check_name, description]),
    ).toEqual([
      [
        'blocker',
        'duo-seats/too_many_removals',
        'Refused: 1 seat would be removed, the limit of --max-removals is 0. Nothing was written. To allow it, add --max-removals 1.',
      ],
      ['info', 'duo-seats/unassigned', 'dennis: Seat would be removed.'],
    ])
  })
})

describe('a fingerprint', () => {
  const listFingerprints = async (report: RunReport, listPath = 'team.csv') =>
    (await writeFindings(report, listPath)).map(({ fingerprint }) => fingerprint)

  test('a fingerprint stays the same when rows move, names change their case, and after a dry run', async () => {
    const [before, after] = await Promise.all([
      listFingerprints(
        makeRun({ results: [unknown(2, 'typo'), unknown(3, 'typa')], run: { dryRun: true, id: null } }),
      ),
      listFingerprints(
        makeRun({ results: [unknown(12, '@Typa'), unknown(14, 'typo')], run: { command: 'apply' } }),
      ),
    ])
    expect(after).toEqual(before.toReversed())
  })

  test('a fingerprint differs between rows that are alike, and each later row keeps its own', async () => {
    const alike = [unknown(2, 'typo'), unknown(3, 'TYPO'), unknown(4, 'typo')]
    const three = await listFingerprints(makeRun({ results: alike }))
    expect(await listFingerprints(makeRun({ results: alike.slice(1) }))).toEqual(three.slice(0, 2))
  })

  test('a fingerprint differs between add-ons and lists', async () => {
    const results = [unknown(2, 'typo')]
    const all = await Promise.all([
      listFingerprints(makeRun({ results })),
      listFingerprints(makeRun({ results, run: { addOn: 'duo-enterprise' } })),
      listFingerprints(makeRun({ results }), 'other.csv'),
    ])
    expect(new Set(all.flat()).size).toBe(3)
  })
})

test('a Code Quality report is valid for any outside text, and has one line for each finding', async () => {
  const results = hostileTexts.map((text, index) => unknown(index + 2, text))
  const text = await writeKind('codequality', makeRun({ results }))
  expect(text).toMatch(/^[^\p{Cc}\p{Cs}\u2028]*$/mu)
  expect(text.split('\n')).toHaveLength(results.length + 3)
  await writeFindings(makeRun({ results }))
  await fc.assert(
    fc.asyncProperty(fc.array(outsideText, { maxLength: 6 }), async (texts) => {
      const findings = await writeFindings(
        makeRun({ results: texts.map((one, index) => unknown(index + 2, one)) }),
      )
      for (const { description } of findings) expect(description).toMatch(/^[^\p{Cc}\p{Cs}]+$/u)
    }),
  )
})

describe('a Code Quality report of more than 10,000 rows', () => {
  const remove = (count: number) =>
    Array.from({ length: count }, (_, index) => removal(null, `user-${index}`))
  const fail = (count: number) =>
    Array.from({ length: count }, (_, index) => unknown(index + 2, `typo-${index}`))
  const last = {
    check_name: 'duo-seats/rows_left_out',
    severity: 'info',
    location: { path: 'team.csv', lines: { begin: 1 } },
  }

  test('a Code Quality report of more than 10,000 rows lists 10,000 findings and a last one, and no failure is left out for a removal', async () => {
    const results = [...remove(10_500), ...fail(2)]
    const summary = { failed: 2, outcomes: { unassigned: 10_500, user_not_found: 2 } }
    const findings = await writeFindings(
      makeRun({ results, summary, run: { command: 'apply', dryRun: true } }),
    )
    expect(findings).toHaveLength(10_001)
    expect(findings.filter(({ severity }) => severity === 'major')).toHaveLength(2)
    expect(findings.at(-1)).toMatchObject({
      ...last,
      description: 'Only 10,000 rows are listed, those without success first. 502 more are not shown.',
    })
  })

  test('a Code Quality report of more than 10,000 rows lists the first 10,000 failures', async () => {
    const summary = { failed: 10_001, outcomes: { user_not_found: 10_001 } }
    const findings = await writeFindings(makeRun({ results: fail(10_001), summary }))
    expect([findings.length, findings[9_999]?.location.lines.begin]).toEqual([10_001, 10_001])
    expect(findings.at(-1)).toMatchObject(last)
  })

  test('a Code Quality report of more than 10,000 rows has no last finding for 10,000 failures', async () => {
    const summary = { failed: 10_000, outcomes: { user_not_found: 10_000 } }
    expect(await writeFindings(makeRun({ results: fail(10_000), summary }))).toHaveLength(10_000)
  })
})
