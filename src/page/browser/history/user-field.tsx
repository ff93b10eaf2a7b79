import { useRef, useState } from 'preact/hooks'
import type { AddOn } from '../../../domain/add-on.ts'
import { useAfterTyping } from '../after-typing.ts'
import type { Api } from '../api.ts'
import type { UserRow } from '../documents.ts'
import { useTyped } from '../use-typed.ts'

interface UserFieldProps {
  api: Api
  /** Any of the store; null without one. */
  addOn: AddOn | null
  /** As the address has it. */
  user: string
  onUser(user: string): void
}

const mostProposals = 12

/** A name counts once it was chosen, or typed to its end. */
export function UserField({ api, addOn, user, onUser }: UserFieldProps) {
  const [typed, setTyped] = useTyped(user)
  const [proposals, propose] = useProposals(api, addOn)
  const type = (text: string) => {
    setTyped(text)
    if (text === '' || proposals.some(({ username }) => username === text)) onUser(text)
    else propose(text)
  }
  return (
    <label class="field field-search">
      <span>
        User{' '}
        <span id="user-hint" aria-hidden="true">
          {typed.trim() === user ? '' : '(Enter to search)'}
        </span>
      </span>
      <input
        type="search"
        list="user-proposals"
        aria-describedby="user-hint"
        placeholder="Username, address or id"
        value={typed}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => type(event.currentTarget.value)}
        onChange={(event) => onUser(event.currentTarget.value.trim())}
      />
      <datalist id="user-proposals">
        {proposals.map(({ user_id, username, name }) => (
          <option key={user_id} value={username}>
            {name}
          </option>
        ))}
      </datalist>
    </label>
  )
}

/** Users whose names contain a text. Without an answer, nothing is proposed. */
function useProposals(api: Api, addOn: AddOn | null): [readonly UserRow[], (text: string) => void] {
  const [proposals, setProposals] = useState<readonly UserRow[]>([])
  const afterTyping = useAfterTyping()
  const asked = useRef(new AbortController())
  const ask = (text: string) => {
    asked.current.abort()
    asked.current = new AbortController()
    api
      .readUsers(
        new URLSearchParams({ add_on: addOn ?? '', search: text }).toString(),
        0,
        mostProposals,
        asked.current.signal,
      )
      .then(
        ({ users }) => setProposals(users),
        () => {},
      )
  }
  const propose = (text: string) => {
    if (addOn !== null) afterTyping(() => ask(text))
  }
  return [proposals, propose]
}
