import { useContext } from 'preact/hooks'
import { countWords } from '../../../domain/count-words.ts'
import type { SeatFilter } from '../../../domain/seat-table.ts'
import type { AttentionCode } from '../../../domain/store-status.ts'
import type { AttentionRow } from '../documents.ts'
import { StoreContext, useStoreCommand } from '../frame/store-context.ts'
import { linkTo, type ViewName } from '../view-address.ts'

interface AttentionListProps {
  /** Null before the first answer. */
  attention: readonly AttentionRow[] | null
}

/** The line keeps its place without anything to do. */
export function AttentionList({ attention }: AttentionListProps) {
  if (attention === null) return <p class="attention">{'\u00a0'}</p>
  if (attention.length === 0) return <p class="attention text-weak">Nothing needs attention.</p>
  return (
    <details class="attention">
      <summary>
        {countWords(attention.length, 'note')}: {attention[0]?.message}
      </summary>
      <ul>
        {attention.map((row) => (
          <li key={row.message}>
            {row.message} <NextStep row={row} />
          </li>
        ))}
      </ul>
    </details>
  )
}

interface Place {
  view: ViewName
  title: string
  seat?: SeatFilter
}

const usage: Place = { view: 'usage', title: 'Show idle seats' }

/** The view that shows the subject of a note; null if only a command line helps. */
const places: Record<AttentionCode, Place | null> = {
  clock_behind: null,
  old_sync: null,
  expiry: { view: 'seats', title: 'Show the holders', seat: 'held' },
  pending: { view: 'seats', title: 'Show them', seat: 'pending' },
  surplus: usage,
  no_free_seat: usage,
  not_eligible: { view: 'seats', title: 'Show them', seat: 'not_eligible' },
  idle: usage,
}

function NextStep({ row: { code, add_on, command } }: { row: AttentionRow }) {
  const { canSync } = useContext(StoreContext)
  const nameCommand = useStoreCommand()
  const place = places[code]
  if (code === 'old_sync' && canSync) return 'Press Sync.'
  if (place === null) return <code>{nameCommand(command)}</code>
  const query = new URLSearchParams({
    ...(add_on !== null && { add_on }),
    ...(place.seat !== undefined && { seat: place.seat }),
  })
  return (
    <>
      <a href={linkTo(place.view, query.toString())}>{place.title}</a>
      {code === 'pending' && canSync && ', or press Sync.'}
    </>
  )
}
