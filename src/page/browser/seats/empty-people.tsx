import { FailureNote } from '../frame/failure-note.tsx'
import type { RequestFailure } from '../request-failure.ts'
import { plainView, type SeatsQuery } from './seats-query.ts'

interface EmptyPeopleProps {
  view: SeatsQuery
  failure: RequestFailure | null
  onView(change: Partial<SeatsQuery>): void
}

export function EmptyPeople({ view, failure, onView }: EmptyPeopleProps) {
  if (failure !== null) return <FailureNote failure={failure} />
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
