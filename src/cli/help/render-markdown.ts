import type { Style } from '../../report/style.ts'
import { breakCode, fillLines, type Line, measureWords, type Word } from './fill-lines.ts'
import { type Block, parseMarkdown, parseSpans, type Span } from './parse-markdown.ts'

interface RenderOptions {
  style: Style
  width: number
}

const indent = '  '

/** Renders Markdown for a terminal, without its marks. A line is wider than `width` only for a single word. */
export function renderMarkdown(markdown: string, { style, width }: RenderOptions): string {
  const pages = parseMarkdown(markdown).map((block) => renderBlock(block, style, width))
  return pages.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function renderBlock(block: Block, style: Style, width: number): string[] {
  const inner = width - indent.length
  switch (block.kind) {
    case 'heading':
      return fillLines(listWords(block.text, style), width).map(({ text }) => style.bold(text))
    case 'paragraph':
      return indentLines(fillLines(listWords(block.text, style), inner).map(({ text }) => text))
    case 'list':
      return indentLines(
        block.items.flatMap(({ marker, text }) => hang(`${marker} `, listWords(text, style), inner)),
      )
    case 'table':
      return indentLines(renderTable(block.rows, style, inner))
    case 'code':
      return indentLines(indentLines(block.lines.flatMap((line) => breakCode(line, inner - indent.length))))
  }
}

function indentLines(lines: readonly string[]): string[] {
  return lines.map((line) => (indent + line).trimEnd())
}

/** Lines of which the first follows a mark, and the others stand below its text. */
function hang(mark: string, words: readonly Word[], width: number): string[] {
  const lines = fillLines(words, width - mark.length)
  return lines.map(({ text }, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + text)
}

function renderTable([header = [], ...rows]: string[][], style: Style, width: number): string[] {
  const titles = header.map((title) => listWords(title, style, style.dim))
  const cells = [titles, ...rows.map((row) => row.map((cell) => listWords(cell, style)))]
  const columns = header.map((_, index) => cells.map((row) => row[index] ?? []))
  const widths = fitColumns(columns, width)
  return cells.flatMap((row) =>
    joinCells(
      row.map((words, index) => fillLines(words, widths[index] ?? 0)),
      widths,
    ),
  )
}

const columnGap = 2

/** Takes columns from the widest cell until a row fits. No column becomes narrower than its longest word. */
function fitColumns(columns: readonly Word[][][], width: number): number[] {
  const widths = columns.map((cells) => Math.max(...cells.map(measureWords)))
  const minimums = columns.map((cells) => Math.max(...cells.flat().map((word) => word.width)))
  let surplus = widths.reduce((sum, one) => sum + one + columnGap, -columnGap) - width
  for (; surplus > 0; surplus -= 1) {
    const shrinkable = widths.map((one, index) => (one > (minimums[index] ?? 0) ? one : 0))
    const widest = shrinkable.indexOf(Math.max(...shrinkable))
    widths[widest] = Math.max((widths[widest] ?? 0) - 1, minimums[widest] ?? 0)
  }
  return widths
}

function joinCells(cells: readonly Line[][], widths: readonly number[]): string[] {
  const height = Math.max(...cells.map(({ length }) => length))
  return Array.from({ length: height }, (_, index) =>
    cells
      .map((lines, column) => pad(lines[index], (widths[column] ?? 0) + columnGap))
      .join('')
      .trimEnd(),
  )
}

function pad(line: Line | undefined, width: number): string {
  return (line?.text ?? '') + ' '.repeat(Math.max(0, width - (line?.width ?? 0)))
}

/** The words of a text, painted one by one: a pager ends every colour at the end of the line. */
function listWords(text: string, style: Style, paint = (word: string) => word): Word[] {
  const words: Word[] = []
  let isOpen = false
  for (const span of parseSpans(text)) {
    for (const part of readSpan(span).split(/(\s+)/)) {
      if (/^\s*$/.test(part)) {
        isOpen = isOpen && part === ''
        continue
      }
      const painted = { text: (span.isStrong ? style.bold : paint)(part), width: part.length }
      const last = isOpen ? words.pop() : undefined
      words.push(
        last === undefined ? painted : { text: last.text + painted.text, width: last.width + painted.width },
      )
      isOpen = true
    }
  }
  return words
}

function readSpan({ text, target = '' }: Span): string {
  const topic = /^([\w-]+)\.md(?:#.*)?$/.exec(target)?.[1]
  if (topic !== undefined) return text.includes(`help ${topic}`) ? text : `${text} (help ${topic})`
  return /^https?:/.test(target) && target !== text ? `${text} (${target})` : text
}
