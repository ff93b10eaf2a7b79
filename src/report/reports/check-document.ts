import type { Check, Verdict } from '../../domain/check.ts'
import { nameStore } from '../../domain/name-store.ts'
import { escapeControls } from '../escape-controls.ts'
import { localizeTimes } from '../local-time.ts'
import type { Page } from '../page.ts'
import { mapRows, type ReportDocument } from '../report-document.ts'
import type { Paint, Style } from '../style.ts'
import { wrapProse } from '../wrap-prose.ts'
import { toSurplusRow } from './surplus-text.ts'

const checkColumns = ['check', 'verdict', 'message', 'advice'] as const

export function createCheckDocument(checks: readonly Check[], notes: readonly string[]): ReportDocument {
  return {
    head: { notes, surplus: checks.flatMap(({ surplus }) => (surplus ? [toSurplusRow(surplus)] : [])) },
    rowsKey: 'checks',
    columns: checkColumns,
    readRows: () =>
      mapRows(checks, ({ check, verdict, message, advice }) => ({ check, verdict, message, advice })),
    writeTable: (page) => writeCheckText(checks, notes, page),
  }
}

/** As wide as a mark with its space. */
const indent = '  '

const marks: Record<Verdict, { mark: string; pickPaint: (style: Style) => Paint }> = {
  ok: { mark: '✓', pickPaint: ({ green }) => green },
  note: { mark: 'i', pickPaint: ({ dim }) => dim },
  warning: { mark: '!', pickPaint: ({ yellow }) => yellow },
  failed: { mark: '✗', pickPaint: ({ red }) => red },
  skipped: { mark: '–', pickPaint: ({ dim }) => dim },
}

async function writeCheckText(
  checks: readonly Check[],
  notes: readonly string[],
  { output, style, namedStore, width }: Page,
): Promise<void> {
  const lay = (text: string) =>
    wrapProse(escapeControls(text), width && width - indent.length).replaceAll('\n', `\n${indent}`)
  for (const { check, verdict, message, advice } of checks) {
    const { mark, pickPaint } = marks[verdict]
    await output.write(`${pickPaint(style)(mark)} ${lay(`${check}: ${localizeTimes(message)}`)}\n`)
    if (advice !== null) await output.write(`${indent}${style.dim(lay(nameStore(advice, namedStore)))}\n`)
  }
  for (const note of notes) await output.write(`\n${wrapProse(escapeControls(note), width)}\n`)
}
