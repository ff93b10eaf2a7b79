import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UsageReport } from '../../src/domain/seat-usage.ts'
import { divideUsage, type UsagePeriod } from '../../src/domain/usage-periods.ts'
import { writeUsageChart } from '../../src/report/chart/usage-chart.ts'
import { makePurchase } from '../store/sample-store.ts'
import { anyCharacter } from '../support/any-character.ts'
import { type ReadSvg, readSvg } from '../support/read-svg.ts'
import { print } from './collected-page.ts'

function makePeriod(month: number, facts: Partial<UsagePeriod> = {}): UsagePeriod {
  const name = `2025-${String(month).padStart(2, '0')}`
  return { from: `${name}-01`, to: `${name}-28`, held: 4, bought: 10, active: 2, ...facts }
}

function makeReport(facts: Partial<UsageReport> = {}): UsageReport {
  const unknown = { 7: null, 30: null, 90: null }
  const reclaimable = { 30: 0, 60: 0, 90: 0 }
  return {
    purchase: { ...makePurchase(), assigned: 4, confirmed: 4, goneAt: null },
    source: { url: 'https://gitlab.example.com', group: null },
    today: '2026-03-02',
    now: '2026-03-02T09:00:00.000Z',
    linked: false,
    syncedAt: '2026-03-02T08:00:00.000Z',
    hasActivity: true,
    needsAddOn: false,
    by: 'month',
    holders: {
      held: 4,
      used: unknown,
      idle: { 30: 0, 60: 0, 90: 0 },
      withoutRecord: 0,
      notEligible: 0,
      reclaimable,
    },
    periods: [1, 2, 3, 4].map((month) => makePeriod(month)),
    ...facts,
  }
}

function draw(facts: Partial<UsageReport> = {}): Promise<string> {
  return print(({ output }) => writeUsageChart(makeReport(facts), output))
}

async function readChart(facts: Partial<UsageReport> = {}): Promise<ReadSvg> {
  return readSvg(await draw(facts))
}

/** The number of pieces of a line. */
const countPieces = (line: string | undefined) => line?.match(/M/g)?.length ?? 0

describe('writeUsageChart', () => {
  test('a chart has a title, a legend with the last values, and names of both axes, as text', async () => {
    const { title, description, texts } = await readChart({
      purchase: { ...makePurchase({ addOn: 'duo-enterprise' }), assigned: 4, confirmed: 4, goneAt: null },
      source: { url: 'https://gitlab.com', group: 'acme' },
    })
    expect(title).toBe('GitLab Duo Enterprise: seats by month')
    expect(description).toBe(
      'https://gitlab.com, group acme, as of 2026-03-02 08:00 UTC. From 2025-01-01 to 2025-04-28. ' +
        'At the end: Bought: 10. Held: 4. Active in the 30 days before: 2.',
    )
    expect(texts).toEqual([
      'GitLab Duo Enterprise: seats by month',
      'https://gitlab.com, group acme, as of 2026-03-02 08:00 UTC',
      'Bought: 10',
      'Held: 4',
      'Active in the 30 days before: 2',
      'Seats',
      ...['0', '2', '4', '6', '8', '10'],
      ...['2025-01-05', '2025-01-19', '2025-02-02', '2025-02-16', '2025-03-02', '2025-03-16', '2025-03-30'],
      'Month (UTC), with the values at its end',
    ])
  })

  test('an unknown value is a gap, and a known one between gaps is a dot', async () => {
    const periods = [
      makePeriod(1, { bought: null, active: 1 }),
      makePeriod(2, { active: null }),
      makePeriod(3, { active: 0 }),
      makePeriod(4, { active: 3 }),
      makePeriod(5, { active: null }),
      makePeriod(6, { active: 3 }),
    ]
    const { lines, dots, texts } = await readChart({ periods })
    expect([lines['bought'], lines['held'], lines['active']].map(countPieces)).toEqual([1, 1, 3])
    expect(lines['bought']?.match(/L/g)).toHaveLength(4)
    expect(dots).toEqual({ bought: 0, held: 0, active: 2 })
    expect(texts).toContain('Active in the 30 days before: 3')
  })

  test('a series without a known value has no line, and the legend says unknown', async () => {
    const periods = [1, 2].map((month) => makePeriod(month, { active: null, bought: null }))
    const { lines, dots, texts } = await readChart({ periods })
    expect([lines['bought'], lines['active'], dots['active']]).toEqual(['', '', 0])
    expect(texts).toEqual(
      expect.arrayContaining(['Bought: unknown', 'Held: 4', 'Active in the 30 days before: unknown']),
    )
  })

  test.each([
    ['no period', []],
    ['one period', [makePeriod(1)]],
    ['no seat', [makePeriod(1, { held: 0, bought: 0, active: 0 }), makePeriod(2, { held: 0, bought: 0 })]],
    ['a million seats', [makePeriod(1, { held: 1_000_000, bought: 1_200_000 }), makePeriod(2)]],
  ])('a chart of %s has finite coordinates only', async (_, periods) => {
    expect(await draw({ periods })).not.toMatch(/NaN|Infinity|undefined|null/)
  })

  test.each(['day', 'week', 'month'] as const)('the labels of any time by %s keep apart', async (by) => {
    const held = [{ day: '2016-01-01', value: 3 }]
    for (const since of [
      '2026-03-01',
      '2026-02-20',
      '2026-02-01',
      '2025-09-01',
      '2025-03-01',
      '2023-03-01',
      '2016-03-01',
    ]) {
      const periods = divideUsage({ held, bought: held, active: [] }, by, { since, today: '2026-03-02' })
      const places = [
        ...(await draw({ by, periods })).matchAll(/label tick" x="([\d.]+)" y="398"[^>]*>([^<]+)/g),
      ]
      const starts = places.map(([, x, label]) => ({ x: Number(x), width: (label?.length ?? 0) * 7.2 }))
      expect(starts.length).toBeGreaterThan(0)
      for (const [index, { x, width }] of starts.entries())
        expect((starts[index + 1]?.x ?? 840) - x).toBeGreaterThan(width)
    }
  })

  test('names from outside stay text, whatever they contain', async () => {
    const group = 'a<script>alert(1)</script>&"\u0000\u202e\ufffe'
    const svg = await draw({ source: { url: 'https://gitlab.com', group } })
    expect(svg).not.toMatch(/<script/)
    expect(readSvg(svg).texts[1]).toMatch(
      /^https:\/\/gitlab\.com, group a<script>alert\(1\)<\/script>&"\\u\{0\}/,
    )
  })

  test('any name makes well-formed XML, and a long one is shortened', async () => {
    const anyText = fc.string({ unit: anyCharacter, maxLength: 300 })
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.array(fc.constantFrom('\ud800', '\uffff', ']]>', '-->', '\r'), { maxLength: 3 }),
        async (text, odd) => {
          const { texts } = await readChart({
            source: { url: 'https://gitlab.com', group: odd.join('') + text },
          })
          expect([...(texts[1] ?? '')].length).toBeLessThan(100)
        },
      ),
      { numRuns: 50 },
    )
  })
})

/** The relative luminance of a colour such as `#1f1e24` (WCAG 2.2). */
function measureLuminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function measureContrast(one: string, other: string): number {
  const [low = 0, high = 0] = [measureLuminance(one), measureLuminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

describe('the colours of a chart', () => {
  test('the colours of a chart change with the desktop, and texts and lines have enough contrast on both pages', async () => {
    const { style } = await readChart()
    const [light = '', dark = ''] = style.split('@media (prefers-color-scheme:dark)')
    const pages = [light, dark].map((css) => {
      const find = (rule: RegExp) => rule.exec(css)?.[1] ?? ''
      const page = find(/\.page\{fill:(#\w{6})/)
      const texts = [find(/\.value\{fill:(#\w{6})/), find(/\.label\{fill:(#\w{6})/)]
      const lines = ['bought', 'held', 'active'].map((name) =>
        find(new RegExp(`\\.line\\.${name}\\{stroke:(#\\w{6})`)),
      )
      expect(Math.min(...texts.map((color) => measureContrast(page, color)))).toBeGreaterThan(4.5)
      expect(Math.min(...lines.map((color) => measureContrast(page, color)))).toBeGreaterThan(3)
      return page
    })
    expect(pages).toEqual(['#ffffff', '#1f1e24'])
  })
})
