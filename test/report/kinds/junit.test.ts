import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { XmlDocument, type XmlElement, XsdValidator } from 'libxml2-wasm'
import { describe, expect, test } from 'vitest'
import type { RunReport } from '../../../src/domain/run.ts'
import { fullRun, makeResult, makeRun } from '../sample-reports.ts'
import { hostileTexts, outsideText } from './outside-texts.ts'
import { writeKind } from './write-kind.ts'

const schema = XmlDocument.fromString(readFileSync(new URL('junit.xsd', import.meta.url), 'utf8'))
const validator = XsdValidator.fromDoc(schema)

interface Case {
  name: string
  classname: string
  file: string | null
  /** Null: the case passes. */
  told: { element: string; type: string | null; text: string } | null
}

interface Suites {
  counts: Record<string, number>
  cases: Case[]
}

/** Parses a report with libxml2, as GitLab does, and checks it against the schema and its own counts. */
async function writeSuites(report: RunReport, listPath: string | null = 'team.csv'): Promise<Suites> {
  const document = XmlDocument.fromString(await writeKind('junit', report, listPath))
  try {
    validator.validate(document)
    const cases = document.root.find('testsuite/testcase').map((node) => readCase(node as XmlElement))
    const countsOf = (xpath: string) =>
      Object.fromEntries(
        ['tests', 'failures', 'errors', 'skipped'].map((key) => [
          key,
          Number((document.root.get(xpath) as XmlElement).attr(key)?.value),
        ]),
      )
    const counts = countsOf('.')
    const countTold = (element: string) => cases.filter(({ told }) => told?.element === element).length
    expect(countsOf('testsuite')).toEqual(counts)
    expect(counts).toEqual({
      tests: cases.length,
      failures: countTold('failure'),
      errors: 0,
      skipped: countTold('skipped'),
    })
    return { counts, cases }
  } finally {
    document.dispose()
  }
}

function readCase(node: XmlElement): Case {
  const told = node.get('*') as XmlElement | null
  return {
    name: node.attr('name')?.value ?? '',
    classname: node.attr('classname')?.value ?? '',
    file: node.attr('file')?.value ?? null,
    told: told && { element: told.name, type: told.attr('type')?.value ?? null, text: told.content },
  }
}

const unknown = (line: number, input: string) =>
  makeResult({ line, input, userId: null, username: null, outcome: 'user_not_found', detail: 'username' })

describe('a JUnit report', () => {
  test('a JUnit report has a case for each row, and rows without success fail with their message', async () => {
    const { cases } = await writeSuites({ ...fullRun, summary: { ...fullRun.summary, failed: 6 } })
    expect(cases.map(({ name, told }) => [name, told?.type ?? null, told?.text ?? null])).toEqual([
      ['ada', null, null],
      ['bob', null, null],
      ['ada (2)', null, null],
      ['typo', 'user_not_found', 'Line 5: No user has the username "typo".'],
      [
        'carl',
        'ambiguous_user',
        'Line 6: The row does not match exactly one user: username "carl" matches @carl, email "eve@example.com" matches @eve.',
      ],
      ['dora', 'invalid_user_membership', 'Line 7: The user is blocked.'],
      ['eve', 'no_seats_available', 'Line 8: No seat is free.'],
      ['fred', 'no_seats_available', 'Line 9: No seat is free.'],
      ['eve (2)', 'duplicate', 'Line 10: Same user as on line 8.'],
    ])
    expect(new Set(cases.map(({ classname, file }) => `${classname} ${file}`))).toEqual(
      new Set(['team.csv team.csv']),
    )
  })

  test('a JUnit report is the suite of its command without a list', async () => {
    const report = makeRun({ results: [makeResult({ line: null })], run: { command: 'assign' } })
    const { cases } = await writeSuites(report, null)
    expect(cases).toEqual([{ name: 'ada', classname: 'duo-seats assign', file: null, told: null }])
  })

  test('a JUnit report of a run without rows has no case', async () => {
    expect((await writeSuites(makeRun({ results: [] }))).cases).toEqual([])
  })

  test('a JUnit report has a case for the refusal of the run', async () => {
    const summary = { failed: 0, short: 1, needed: 1, freeBefore: 0, refusal: 'too_few_seats' as const }
    const { cases } = await writeSuites(makeRun({ results: [makeResult({})], summary }))
    expect(cases.map(({ name, told }) => [name, told?.type ?? null])).toEqual([
      ['(the whole run)', 'too_few_seats'],
      ['ada', null],
    ])
  })

  test('a JUnit report gives each case a name of its own, also where a row has the name of a repeat', async () => {
    const results = ['ada', 'ada (2)', 'ada', 'ada', ''].map((input, index) =>
      makeResult({ line: index + 2, input }),
    )
    const { cases } = await writeSuites(makeRun({ results }))
    expect(cases.map(({ name }) => name)).toEqual(['ada', 'ada (2)', 'ada (3)', 'ada (4)', '(empty)'])
  })
})

describe('a JUnit report of more than 10,000 rows', () => {
  const succeed = (count: number) =>
    Array.from({ length: count }, (_, index) => makeResult({ line: index + 2, input: `user-${index}` }))

  test('a JUnit report of more than 10,000 rows lists 10,000 rows and a note, and no failure is left out for a success', async () => {
    const results = [...succeed(12_000), unknown(12_002, 'typo'), ...succeed(5)]
    const { counts, cases } = await writeSuites(makeRun({ results, summary: { failed: 1 } }))
    expect(counts).toEqual({ tests: 10_001, failures: 1, errors: 0, skipped: 1 })
    expect(cases.slice(-2)).toEqual([
      expect.objectContaining({ name: 'typo' }),
      expect.objectContaining({
        name: '(rows left out)',
        told: {
          element: 'skipped',
          type: null,
          text: 'Only 10,000 rows are listed, those without success first. 2,006 more are not shown.',
        },
      }),
    ])
  })

  test('a JUnit report of more than 10,000 rows lists the first 10,000 failures where there are more', async () => {
    const results = [
      ...succeed(2),
      ...Array.from({ length: 10_003 }, (_, index) => unknown(index + 4, 'typo')),
    ]
    const { counts } = await writeSuites(makeRun({ results, summary: { failed: 10_003 } }))
    expect(counts).toEqual({ tests: 10_001, failures: 10_000, errors: 0, skipped: 1 })
  })
})

test('a JUnit report is well-formed and valid for any outside text', async () => {
  const run = (texts: readonly string[]) =>
    makeRun({
      results: texts.map((text, index) => unknown(index + 2, text)),
      summary: { failed: texts.length },
    })
  await writeSuites(run(hostileTexts))
  await writeSuites(run(hostileTexts), 'a<b>&"c"\u0001\ud800.csv')
  await fc.assert(
    fc.asyncProperty(fc.array(outsideText, { maxLength: 6 }), async (texts) => {
      expect((await writeSuites(run(texts))).cases).toHaveLength(texts.length)
    }),
  )
})
