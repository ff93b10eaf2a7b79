import { useState } from 'preact/hooks'
import { FailureNote } from '../frame/failure-note.tsx'
import type { ViewProps } from '../frame/view-props.ts'
import { orderUndo } from '../plan/order-undo.ts'
import { ListFacts } from './list-facts.tsx'
import { ListOrderFields } from './list-order-fields.tsx'
import { ListPlan } from './list-plan.tsx'
import { formatListQuery, parseListQuery } from './list-query.ts'
import { ListSource } from './list-source.tsx'
import { useFileDrop } from './use-file-drop.ts'
import { useList } from './use-list.ts'

const mostUsers = 8

export function ListView(props: ViewProps) {
  const { status } = props.store
  if (status === null) return <p class="text-weak">{'\u00a0'}</p>
  if (!status.read_only) return <WritableList {...props} />
  return (
    <div class="empty">
      <p>The page is read-only, so no list can be applied.</p>
      <p class="text-weak">To change seats, start it without --read-only.</p>
    </div>
  )
}

function WritableList({ api, store, notices, query, changeQuery, openPlan }: ViewProps) {
  const rows = store.status?.add_ons ?? []
  const [isApplying, setApplying] = useState(false)
  const state = useList(api)
  const { kept, readingName, failure } = state
  const isOver = useFileDrop((file) => {
    if (!isApplying) state.open({ name: file.name, bytes: file }, false)
  })
  const parsed = parseListQuery(query)
  const active = rows.filter(({ state: purchase }) => purchase === 'active')
  const chosen = active.find(({ add_on }) => add_on === parsed.add_on) ?? active[0]
  const order = { ...parsed, add_on: chosen?.add_on ?? null }
  const changeOrder = (change: Partial<typeof order>) =>
    changeQuery((old) => formatListQuery({ ...parseListQuery(old), ...change }))
  const searchUsers = async (search: string, signal: AbortSignal) => {
    const values = new URLSearchParams({ search, add_on: order.add_on ?? '' })
    const { users } = await api.readUsers(values.toString(), 0, mostUsers, signal)
    return users
  }
  return (
    <div class={`list${isOver ? ' list-over' : ''}`}>
      {failure !== null && <FailureNote failure={failure} />}
      {kept === null ? (
        <ListSource readingName={readingName} onOpen={state.open} />
      ) : (
        <>
          <ListFacts
            key={kept.list.id}
            kept={kept}
            isLocked={isApplying}
            isReading={readingName !== null}
            onReading={state.readAgain}
            onForget={state.forget}
          />
          {kept.list.problem === null && (
            <>
              <ListOrderFields order={order} rows={rows} isLocked={isApplying} onOrder={changeOrder} />
              <ListPlan
                kept={kept}
                order={order}
                addOns={rows}
                progress={store.progress}
                searchUsers={searchUsers}
                onOrder={changeOrder}
                onChoose={state.choose}
                onApplying={setApplying}
                onUndo={(runId, onDone) => openPlan(orderUndo(api, runId, onDone))}
                onProblem={(message) => notices.add(message, 'problem')}
              />
            </>
          )}
        </>
      )}
    </div>
  )
}
