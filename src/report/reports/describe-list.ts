import { linkedUserColumns } from './listed-user-row.ts'

interface ReadList {
  /** Null without a header. */
  columns: readonly string[] | null
  ignoredColumns: readonly { name: string; reason: keyof typeof reasons | null }[]
  /** Null without titles. */
  lineBelowTitles: number | null
}

const reasons = { no_ids: 'GitLab user ids', full_names: 'usernames' }

/** Only the CSV of "list" has such a column. */
const markOfList = 'holds_seat'

export function describeIgnored({ columns, ignoredColumns, lineBelowTitles }: ReadList): string[] {
  const sentences: string[] = []
  if (lineBelowTitles !== null)
    sentences.push(`The header is on line ${lineBelowTitles}: the lines above it are ignored.`)
  for (const { name, reason } of ignoredColumns)
    if (reason !== null) sentences.push(`The column "${name}" holds no ${reasons[reason]}: it is ignored.`)
  const known: readonly string[] = columns?.includes(markOfList) ? linkedUserColumns : []
  const others = ignoredColumns
    .filter(({ name, reason }) => reason === null && !known.includes(name))
    .map(({ name }) => `"${name}"`)
  if (others.length > 0)
    sentences.push(`Ignored ${others.length === 1 ? 'column' : 'columns'}: ${others.join(', ')}.`)
  return sentences
}
