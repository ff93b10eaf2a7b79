import { mostIdleDays, type SeatFilter, type SeatSort } from '../../../domain/seat-table.ts'
import { useAfterTyping } from '../after-typing.ts'
import { useTyped } from '../use-typed.ts'
import { type SeatsQuery, seatFilterTitles } from './seats-query.ts'
import { userTableColumns } from './user-table-columns.ts'

interface FilterBarProps {
  view: SeatsQuery
  onView(change: Partial<SeatsQuery>): void
}

export function FilterBar({ view, onView }: FilterBarProps) {
  return (
    <search class="filters">
      <SearchBox search={view.search} onSearch={(search) => onView({ search })} />
      <label class="field">
        <span>Show</span>
        <select
          value={view.seat}
          onChange={(event) => onView({ seat: event.currentTarget.value as SeatFilter })}
        >
          {Object.entries(seatFilterTitles).map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <DaysField days={view.days} isUsed={view.seat === 'idle'} onDays={(days) => onView({ days })} />
      <SortFields view={view} onView={onView} />
    </search>
  )
}

interface DaysFieldProps {
  days: number
  isUsed: boolean
  onDays(days: number): void
}

function DaysField({ days, isUsed, onDays }: DaysFieldProps) {
  const [typed, setTyped] = useTyped(String(days))
  const end = (typedDays: number) => {
    if (Number.isInteger(typedDays) && typedDays > 0) onDays(typedDays)
    else setTyped(String(days))
  }
  return (
    <label class={`field field-days${isUsed ? '' : ' field-unused'}`}>
      <span>for days</span>
      <input
        type="number"
        min="1"
        max={mostIdleDays}
        value={typed}
        disabled={!isUsed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={(event) => end(event.currentTarget.valueAsNumber)}
      />
    </label>
  )
}

/** For narrow pages, which show no column heads. */
function SortFields({ view, onView }: FilterBarProps) {
  return (
    <div class="field field-sort">
      <label>
        <span>Sort by</span>
        <select
          value={view.sort}
          onChange={(event) => onView({ sort: event.currentTarget.value as SeatSort })}
        >
          {userTableColumns.map(({ key, title }) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button"
        aria-label="Reverse the order"
        aria-pressed={view.reverse}
        onClick={() => onView({ reverse: !view.reverse })}
      >
        {view.reverse ? '↓' : '↑'}
      </button>
    </div>
  )
}

interface SearchBoxProps {
  search: string
  onSearch(search: string): void
}

/** Typing never waits: the list follows after a pause. */
function SearchBox({ search, onSearch }: SearchBoxProps) {
  const [typed, setTyped] = useTyped(search)
  const afterTyping = useAfterTyping()
  const type = (text: string) => {
    setTyped(text)
    afterTyping(() => onSearch(text))
  }
  return (
    <label class="field field-search">
      <span>Search</span>
      <input
        type="search"
        placeholder="Name, username or address"
        value={typed}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  )
}
