import { useEffect, useRef, useState } from 'preact/hooks'
import { escapeControls } from '../../../domain/escape-controls.ts'
import { typingMs } from '../after-typing.ts'
import type { UserRow } from '../documents.ts'
import { type RequestFailure, requireFailure } from '../request-failure.ts'
import { describeReason } from '../seats/describe-user.ts'
import type { Candidates } from './candidates.ts'

interface SettlePanelProps {
  line: number
  candidates: Candidates
  onChoose(user: UserRow): void
  onClose(): void
}

/** Likely users first; a search finds all others. */
export function SettlePanel({ line, candidates, onChoose, onClose }: SettlePanelProps) {
  const field = useRef<HTMLInputElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [search, setSearch] = useState('')
  const [users, setUsers] = useState<readonly UserRow[] | null>(null)
  const [failure, setFailure] = useState<RequestFailure | null>(null)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => panel.current?.scrollIntoView({ block: 'nearest' }), [users])
  useEffect(() => {
    let isLatest = true
    const ask = () => (search === '' ? candidates.propose(line) : candidates.search(search))
    const timer = setTimeout(
      () =>
        void ask().then(
          (found) => {
            if (!isLatest) return
            setUsers(found)
            setFailure(null)
          },
          (error: unknown) => isLatest && setFailure(requireFailure(error)),
        ),
      search === '' ? 0 : typingMs,
    )
    return () => {
      isLatest = false
      clearTimeout(timer)
    }
  }, [search])
  return (
    <div
      ref={panel}
      class="settle"
      role="group"
      aria-label={`User of line ${line}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <label class="field">
        <span>Search all users</span>
        <input
          ref={field}
          type="search"
          placeholder="Name, username or address"
          value={search}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </label>
      <p class="text-weak" role="status">
        {failure !== null ? failure.message : describeUsers(users, search)}
      </p>
      <ul class="settle-users">
        {users?.map((user) => (
          <li key={user.user_id}>
            <button type="button" class="settle-user" onClick={() => onChoose(user)}>
              <strong>{escapeControls(user.name)}</strong> <span>@{user.username}</span>{' '}
              <span class="text-weak">{describeCandidate(user)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function describeUsers(users: readonly UserRow[] | null, search: string): string {
  if (users === null) return 'Looking for users …'
  if (users.length === 0) return search === '' ? 'No similar user: search all users.' : 'No user matches.'
  const count = users.length === 1 ? '1 user' : `${users.length} users`
  return search === '' ? `${count} that the row may mean` : count
}

function describeCandidate(user: UserRow): string {
  const seat = user.holds_seat ? 'has a seat' : []
  const reason = user.eligible ? [] : describeReason(user)
  return [user.email ?? [], seat, reason].flat().join(' · ')
}
