import { useEffect, useRef, useState } from 'preact/hooks'
import type { AddOn } from '../../../domain/add-on.ts'
import { runCommands } from '../../../domain/run-command.ts'
import type { Api } from '../api.ts'
import type { RunDocument, UserRow } from '../documents.ts'
import type { Notices } from '../frame/notices.ts'
import { useStoreWords } from '../frame/store-context.ts'
import { isChange } from '../plan/seat-plan.ts'
import { requireFailure } from '../request-failure.ts'

/** `asked`: the answer is pending. */
export type ToggleState = { kind: 'asked' } | { kind: 'failed'; message: string }

export interface Toggles {
  states: ReadonlyMap<number, ToggleState>
  toggle(row: UserRow): void
}

interface ToggleContext {
  api: Api
  addOn: AddOn | null
  notices: Notices
  onDone(row: UserRow): void
}

/** A toggle is a run of one. */
export function useToggles({ api, addOn, notices, onDone }: ToggleContext): Toggles {
  const [states, setStates] = useState<ReadonlyMap<number, ToggleState>>(new Map())
  const words = useStoreWords()
  const shown = useRef(addOn)
  shown.current = addOn
  useEffect(() => setStates(new Map()), [addOn])
  /** Another add-on may be shown when the answer comes. */
  const isShown = () => shown.current === addOn
  const set = (id: number, state: ToggleState | null) => {
    if (!isShown()) return
    setStates((old) => {
      const next = new Map(old)
      if (state === null) next.delete(id)
      else next.set(id, state)
      return next
    })
  }
  const toggle = async (row: UserRow) => {
    const { user_id, username, holds_seat } = row
    if (addOn === null || states.get(user_id)?.kind === 'asked') return
    set(user_id, { kind: 'asked' })
    try {
      const command = holds_seat ? 'unassign' : 'assign'
      const run = await api.run({ command, add_on: addOn, user_ids: [user_id], dry_run: false })
      const result = run.results[0]
      const message = [result?.message ?? 'The run has no result.', run.failure?.message ?? []]
        .flat()
        .join(' ')
      const isDone = result?.success === true
      set(
        user_id,
        isDone || result?.pushed === 'pending' ? null : { kind: 'failed', message: words(message) },
      )
      if (isDone && isShown()) onDone(applyResult(row, run))
      notices.add(
        `@${username}: ${message}`,
        isDone ? 'done' : 'problem',
        isUndoable(run) ? run.run.id : null,
      )
    } catch (error) {
      const { message, hint } = requireFailure(error)
      set(user_id, { kind: 'failed', message: words(message) })
      notices.add([`@${username}: ${message}`, hint ?? []].flat().join(' '), 'problem')
    }
  }
  return { states, toggle: (row) => void toggle(row) }
}

function isUndoable({ results }: RunDocument): boolean {
  return results.some((result) => result.success && isChange(result))
}

function applyResult(row: UserRow, { run }: RunDocument): UserRow {
  const holdsSeat = !runCommands[run.command].isRemoval
  return { ...row, holds_seat: holdsSeat, assigned_at: holdsSeat ? run.finished_at : null }
}
