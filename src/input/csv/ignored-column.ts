import { listNames } from '../../domain/count-words.ts'
import type { RunSummary } from '../../domain/run.ts'
import { type CellForm, classifyCells } from './column-cells.ts'

export interface IgnoredColumn {
  name: string
  /** Form of the first filled cells; `other` without any. */
  holds: CellForm
  /** Why a known name does not count here; null for other names, and beside a better name. */
  reason: 'no_ids' | 'full_names' | null
}

/**
 * Returns the option to add for a column that seems to name users; null without one. A name that looks like its own cells may be
 * the first user of a list without a header.
 */
export function proposeColumn(ignored: readonly IgnoredColumn[]): string | null {
  const named = ignored.filter(({ name, holds }) => classifyCells([name]) !== holds)
  const ofAddresses = named.find(({ holds }) => holds === 'addresses')
  if (ofAddresses !== undefined) return proposeOne(ofAddresses, 'holds addresses')
  const [likely, ...others] = named.filter(({ holds }) => holds === 'usernames')
  if (likely === undefined) return null
  return others.length === 0 ? proposeOne(likely, 'may hold usernames') : proposeAny([likely, ...others])
}

function proposeOne({ name }: IgnoredColumn, content: string): string {
  return `The column "${name}" ${content}: add ${writeColumnOption(name)}.`
}

/** The names of teams or machines look like usernames, too. */
function proposeAny(columns: readonly IgnoredColumn[]): string {
  const names = columns.slice(0, mostProposed).map(({ name }) => `"${name}"`)
  return `The columns ${listNames(names, columns.length)} may hold usernames: add --column with the right one.`
}

const mostProposed = 5

/** A sentence for a list of which most rows match no user; null without a better column. */
export function proposeForUnknown(
  ignored: readonly IgnoredColumn[],
  { rows, outcomes }: Pick<RunSummary, 'rows' | 'outcomes'>,
): string | null {
  if ((outcomes.user_not_found ?? 0) <= rows / 2) return null
  const proposal = proposeColumn(ignored)
  return proposal && `Most rows match no user. ${proposal}`
}

/** In quotes that a shell reads as the name. */
export function writeColumnOption(name: string): string {
  return /["$`\\!]/.test(name) ? `--column '${name.replaceAll("'", "'\\''")}'` : `--column "${name}"`
}
