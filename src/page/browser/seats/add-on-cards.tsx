import { type AddOn, addOns } from '../../../domain/add-on.ts'
import { countWords, formatCount } from '../../../domain/count-words.ts'
import { addDays } from '../../../domain/day.ts'
import type { AddOnRow } from '../documents.ts'
import { Figure } from '../figure.tsx'

interface AddOnCardsProps {
  /** Null before the first answer. */
  rows: readonly AddOnRow[] | null
  chosen: AddOn | null
  onChoose(addOn: AddOn): void
}

export function AddOnCards({ rows, chosen, onChoose }: AddOnCardsProps) {
  if (rows === null)
    return (
      <div class="cards">
        <div class="card card-empty">
          <p class="reading">Reading …</p>
        </div>
      </div>
    )
  if (rows.length === 0)
    return (
      <div class="cards">
        <div class="card card-empty">
          <h2>No purchase</h2>
          <p>The store has no purchase of GitLab Duo seats, so no seat can be given.</p>
        </div>
      </div>
    )
  return (
    <div class="cards">
      {rows.map((row) => (
        <AddOnCard
          key={row.add_on}
          row={row}
          isChosen={row.add_on === chosen}
          onChoose={rows.length > 1 ? () => onChoose(row.add_on) : null}
        />
      ))}
    </div>
  )
}

interface AddOnCardProps {
  row: AddOnRow
  isChosen: boolean
  /** Null without a choice. */
  onChoose: (() => void) | null
}

function AddOnCard({ row, isChosen, onChoose }: AddOnCardProps) {
  const { product } = addOns[row.add_on]
  const period = describePeriod(row)
  return (
    <section class={`card${isChosen && onChoose !== null ? ' card-chosen' : ''}`} aria-label={product}>
      <div class="card-title">
        <h2>{product}</h2>
        {onChoose !== null && (
          <button type="button" class="button button-small" aria-pressed={isChosen} onClick={onChoose}>
            {isChosen ? 'Shown' : 'Show'}
          </button>
        )}
        <p class={period.isProblem ? 'text-problem' : 'text-weak'}>{period.text}</p>
      </div>
      <SeatBar {...row} />
      <dl class="numbers">
        <Figure title="Held" value={row.held} />
        <Figure title="Pending" value={row.pending} />
        {row.free !== null && (
          <Figure
            title={row.free < 0 ? 'Too many' : 'Free'}
            value={Math.abs(row.free)}
            isProblem={row.free < 0}
          />
        )}
        <Figure title="Bought" value={row.bought} />
      </dl>
    </section>
  )
}

function SeatBar({ held, bought, pending, free }: AddOnRow) {
  const whole = Math.max(held, bought, 1)
  const settled = Math.max(0, held - pending)
  return (
    <div
      class={`bar${(free ?? 0) < 0 ? ' bar-over' : ''}`}
      role="img"
      aria-label={`${countWords(held, 'seat')} of ${formatCount(bought)} held, ${formatCount(pending)} pending`}
    >
      <span class="bar-held" style={{ width: `${(settled / whole) * 100}%` }} />
      <span class="bar-pending" style={{ width: `${((held - settled) / whole) * 100}%` }} />
    </div>
  )
}

function describePeriod({ state, started_on, expires_on }: AddOnRow): { text: string; isProblem: boolean } {
  const last = expires_on === null ? null : addDays(expires_on, -1)
  const texts = {
    active: last === null ? 'End date unknown' : `Until ${last}`,
    scheduled: `Starts on ${started_on}`,
    expired: `Expired on ${expires_on}`,
    over: 'Over: GitLab no longer shows it',
  }
  return { text: texts[state], isProblem: state !== 'active' }
}
