import { type AddOn, addOns } from '../../../domain/add-on.ts'
import type { Day } from '../../../domain/day.ts'
import type { Api } from '../api.ts'
import { changeTitles } from './change-titles.ts'
import { ChoiceField } from './choice-field.tsx'
import { type HistoryQuery, isFiltered, parseDay, plainHistory, sourceTitles } from './history-query.ts'
import { outcomeTitles } from './outcome-titles.ts'
import { UserField } from './user-field.tsx'

interface HistoryFiltersProps {
  api: Api
  view: HistoryQuery
  addOnNames: readonly AddOn[]
  onView(change: Partial<HistoryQuery>): void
}

export function HistoryFilters({ api, view, addOnNames, onView }: HistoryFiltersProps) {
  const products = Object.fromEntries(addOnNames.map((name) => [name, addOns[name].product]))
  return (
    <search class="filters history-filters">
      <UserField
        api={api}
        addOn={addOnNames[0] ?? null}
        user={view.user}
        onUser={(user) => onView({ user })}
      />
      <DayField title="From" day={view.since} onDay={(since) => onView({ since })} />
      <DayField title="Until" day={view.until} onDay={(until) => onView({ until })} />
      {view.show === 'events' ? (
        <>
          <ChoiceField
            title="Cause"
            all="Any cause"
            choices={sourceTitles}
            value={view.by}
            onValue={(by) => onView({ by })}
          />
          <ChoiceField
            title="Change"
            all="Any change"
            choices={changeTitles}
            value={view.change}
            onValue={(change) => onView({ change })}
          />
          {addOnNames.length > 1 && (
            <ChoiceField
              title="Add-on"
              all="Both add-ons"
              choices={products as Record<AddOn, string>}
              value={view.addOn}
              onValue={(addOn) => onView({ addOn })}
            />
          )}
        </>
      ) : (
        <ChoiceField
          title="With result"
          all="Any result"
          choices={outcomeTitles}
          value={view.outcome}
          onValue={(outcome) => onView({ outcome })}
        />
      )}
      <button
        type="button"
        class="button clear-filters"
        aria-disabled={!isFiltered(view)}
        onClick={() => onView({ ...plainHistory, show: view.show })}
      >
        Clear filters
      </button>
    </search>
  )
}

interface DayFieldProps {
  title: string
  day: Day | null
  onDay(day: Day | null): void
}

function DayField({ title, day, onDay }: DayFieldProps) {
  return (
    <label class="field">
      <span>{title}</span>
      <input type="date" value={day ?? ''} onChange={(event) => onDay(parseDay(event.currentTarget.value))} />
    </label>
  )
}
