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
  const likely = ofAddresses ?? named.find(({ holds }) => holds === 'usernames')
  if (likely === undefined) return null
  const { name } = likely
  const content = ofAddresses === undefined ? 'may hold usernames' : 'holds addresses'
  return `The column "${name}" ${content}: add ${writeColumnOption(name)}.`
}

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
