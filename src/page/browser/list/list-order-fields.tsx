import { addOns } from '../../../domain/add-on.ts'
import type { AddOnRow } from '../documents.ts'
import type { ListOrder } from './list-documents.ts'
import { listCommandNames, listCommands } from './list-query.ts'

interface ListOrderFieldsProps {
  order: ListOrder
  /** All of the store. */
  rows: readonly AddOnRow[]
  isLocked: boolean
  onOrder(change: Partial<ListOrder>): void
}

export function ListOrderFields({ order, rows, isLocked, onOrder }: ListOrderFieldsProps) {
  const active = rows.filter(({ state }) => state === 'active')
  return (
    <div class="list-order">
      <fieldset class="list-commands" disabled={isLocked}>
        <legend>Seats</legend>
        {listCommandNames.map((command) => (
          <label key={command} class="list-command">
            <input
              type="radio"
              name="command"
              value={command}
              checked={order.command === command}
              onChange={() => onOrder({ command })}
            />
            <span>
              <strong>{listCommands[command].title}</strong>
              <span class="text-weak">{listCommands[command].hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {active.length > 1 && (
        <label class="field">
          <span>Add-on</span>
          <select
            value={order.add_on ?? ''}
            disabled={isLocked}
            onChange={(event) => {
              const chosen = active.find(({ add_on }) => add_on === event.currentTarget.value)
              onOrder({ add_on: chosen?.add_on ?? null })
            }}
          >
            {active.map(({ add_on }) => (
              <option key={add_on} value={add_on}>
                {addOns[add_on].product}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  )
}
