import { useContext } from 'preact/hooks'
import { nameSync } from '../../../domain/store-status.ts'
import { StoreContext, useStoreCommand } from '../frame/store-context.ts'
import { plainView, type SeatsQuery } from './seats-query.ts'

interface EmptyUserTableProps {
  view: SeatsQuery
  /** False before the first answer. */
  isRead: boolean
  onView(change: Partial<SeatsQuery>): void
}

export function EmptyUserTable({ view, isRead, onView }: EmptyUserTableProps) {
  if (!isRead) return <p class="empty reading">Reading …</p>
  const isFiltered = view.search !== '' || view.seat !== plainView.seat
  return (
    <div class="empty">
      <p>{isFiltered ? 'No user matches the search and the filter.' : 'The store has no users.'}</p>
      {!isFiltered && <HowToFill />}
      {isFiltered && (
        <button
          type="button"
          class="button"
          onClick={() => onView({ search: plainView.search, seat: plainView.seat })}
        >
          Show all users
        </button>
      )}
    </div>
  )
}

/** Without its button, only a command line can read users. */
function HowToFill() {
  const { status, canSync } = useContext(StoreContext)
  const nameCommand = useStoreCommand()
  if (canSync) return <p>Press Sync to read them from GitLab.</p>
  return (
    <p>
      To read them: <code>{nameCommand(nameSync(status?.linked ?? false))}</code>
    </p>
  )
}
