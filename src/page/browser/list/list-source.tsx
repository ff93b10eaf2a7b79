import { useEffect, useRef, useState } from 'preact/hooks'
import type { HeldFile } from './list-api.ts'

interface ListSourceProps {
  /** The name of the list that is being read; null without one. */
  readingName: string | null
  onOpen(file: HeldFile, isPasted: boolean): void
}

/** Another view may be looked at in between. */
let leftText = ''

const pastedName = 'pasted cells.csv'

/** Takes a file that is dropped anywhere on the view, a chosen one, or pasted cells. */
export function ListSource({ readingName, onOpen }: ListSourceProps) {
  const chooser = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(leftText)
  leftText = typed
  const openText = (text: string) => {
    if (text.trim() !== '') onOpen({ name: pastedName, bytes: new Blob([text]) }, true)
  }
  useEffect(() => watchPaste(openText, onOpen), [])
  if (readingName !== null)
    return (
      <p class="list-zone" role="status">
        Reading {readingName} …
      </p>
    )
  return (
    <div class="list-zone">
      <p class="list-zone-title">Drop a CSV here</p>
      <p>
        <button type="button" class="button button-primary" onClick={() => chooser.current?.click()}>
          Choose a file …
        </button>
        <input
          ref={chooser}
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
          aria-label="List"
          tabIndex={-1}
          hidden
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? []
            if (file !== undefined) onOpen({ name: file.name, bytes: file }, false)
          }}
        />
      </p>
      <label class="list-paste">
        <span>Or paste cells from a spreadsheet</span>
        <textarea
          rows={4}
          value={typed}
          spellcheck={false}
          autocomplete="off"
          placeholder={'username\nada\ngrace'}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onPaste={(event) => {
            if (typed === '') takePaste(event, openText, onOpen)
          }}
        />
      </label>
      <button
        type="button"
        class="button"
        aria-disabled={typed.trim() === ''}
        onClick={() => openText(typed)}
      >
        Use these cells
      </button>
      <p class="text-weak">
        A column username, email or user_id is enough. Nothing is written before you have seen the plan.
      </p>
    </div>
  )
}

function watchPaste(onText: (text: string) => void, onFile: ListSourceProps['onOpen']): () => void {
  const paste = (event: ClipboardEvent) => {
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea')
    if (!isTyping) takePaste(event, onText, onFile)
  }
  document.addEventListener('paste', paste)
  return () => document.removeEventListener('paste', paste)
}

function takePaste(
  event: ClipboardEvent,
  onText: (text: string) => void,
  onFile: ListSourceProps['onOpen'],
): void {
  const text = event.clipboardData?.getData('text/plain') ?? ''
  const [file] = event.clipboardData?.files ?? []
  if (text === '' && file === undefined) return
  event.preventDefault()
  if (text !== '') onText(text)
  else if (file !== undefined) onFile({ name: file.name, bytes: file }, false)
}
