/** A part of a Markdown text. Texts of all but code still hold inline marks. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: ListItem[] }
  | { kind: 'table'; rows: string[][] }
  | { kind: 'code'; lines: string[] }

interface ListItem {
  marker: string
  text: string
}

export interface Span {
  text: string
  target?: string
  isStrong: boolean
}

/**
 * Parses the Markdown of the help topics: headings, paragraphs, flat lists, tables and fenced code, with blank lines between
 * them. Other Markdown counts as a paragraph.
 */
export function parseMarkdown(markdown: string): Block[] {
  return markdown.split(/^(```[\s\S]*?^```)$/m).flatMap((part) => {
    if (part.startsWith('```')) return [{ kind: 'code', lines: part.split('\n').slice(1, -1) }]
    return part.split(/\n{2,}/).flatMap((text) => (text.trim() === '' ? [] : [parseBlock(text.trim())]))
  })
}

function parseBlock(text: string): Block {
  if (/^#+ /.test(text)) return { kind: 'heading', text: text.replace(/^#+ /, '') }
  if (text.startsWith('|')) return { kind: 'table', rows: parseRows(text) }
  if (listItem.test(text)) return { kind: 'list', items: text.split(/\n(?=(?:-|\d+\.) )/).map(parseItem) }
  return { kind: 'paragraph', text: joinLines(text) }
}

const listItem = /^(-|\d+\.) /

function parseItem(text: string): ListItem {
  const [mark = '', marker = ''] = listItem.exec(text) ?? []
  return { marker, text: joinLines(text.slice(mark.length)) }
}

/** The second line of a table only separates the header. */
function parseRows(text: string): string[][] {
  const lines = text.split('\n').filter((_, index) => index !== 1)
  return lines.map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  )
}

function joinLines(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

const inlineMark = /(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/

export function parseSpans(text: string): Span[] {
  return text
    .split(inlineMark)
    .filter((part) => part !== '')
    .map(parseSpan)
}

function parseSpan(part: string): Span {
  const [, label, target] = /^\[(.+)\]\((.+)\)$/.exec(part) ?? []
  if (label !== undefined && target !== undefined)
    return { text: label.replaceAll('`', ''), target, isStrong: false }
  const inner = /^(?:`(.+)`|\*\*(.+)\*\*)$/.exec(part)
  return inner === null
    ? { text: part, isStrong: false }
    : { text: inner[1] ?? inner[2] ?? '', isStrong: true }
}
