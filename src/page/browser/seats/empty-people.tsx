import { FailureNote } from '../frame/failure-note.tsx'
import type { RequestFailure } from '../request-failure.ts'
import { plainView, type SeatsQuery } from './seats-query.ts'

interface EmptyPeopleProps {
  view: SeatsQuery
  /** False before the first answer. */
  isRead: boolean
  failure: RequestFailure | null
  onView(change: Partial<SeatsQuery>): void
}

export function EmptyPeople({ view, isRead, failure, onView }: EmptyPeopleProps) {
  if (failure !== null) return <FailureNote failure={failure} />
  if (!isRead) return <p class="empty reading">Reading …</p>
  const isFiltered = view.search !== '' || view.seat !== plainView.seat
  return (
    <div class="empty">
      <p>{isFiltered ? 'No user matches the search and the filter.' : 'The store has no users.'}</p>
      {isFiltered && (
        <button
          type="button"
          class="button"
          onClick={() => onView({ search: plainView.search, seat: plainView.seat })}
        >
          Show everyone
        </button>
      )}
    </div>
  )
}
