import { useEffect, useRef, useState } from 'preact/hooks'
import { countWords } from '../../../domain/count-words.ts'
import { escapeControls } from '../../../domain/escape-controls.ts'
import type { UserRow } from '../documents.ts'
import { describeReason } from '../seats/describe-user.ts'
import type { Candidates } from './candidates.ts'
import { useCandidates } from './use-candidates.ts'

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
  const { users, failure } = useCandidates(candidates, line, search)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => panel.current?.scrollIntoView({ block: 'nearest' }), [users])
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
  const count = countWords(users.length, 'user')
  return search === '' ? `${count} that the row may mean` : count
}

function describeCandidate(user: UserRow): string {
  const seat = user.holds_seat ? 'has a seat' : []
  const reason = user.eligible ? [] : describeReason(user)
  return [user.email ?? [], seat, reason].flat().join(' · ')
}
