import { useEffect, useRef } from 'preact/hooks'
import { countWords } from '../../../domain/count-words.ts'
import type { RowPagesState } from './use-row-pages.ts'

interface RowsFooterProps<Row, Head> {
  state: RowPagesState<Row, Head>
  /** For one row: `event`. */
  word: string
  /** Without a row. */
  empty: string
  note: string | null
}

export function RowsFooter<Row, Head>({ state, word, empty, note }: RowsFooterProps<Row, Head>) {
  const { pages, isReloading, showOlder } = state
  const status = useRef<HTMLParagraphElement>(null)
  const wasAsked = useRef(false)
  // With the last rows, the button goes away.
  useEffect(() => {
    if (wasAsked.current && document.activeElement === document.body) status.current?.focus()
  }, [pages?.next])
  if (pages === null) return <p class="rows-footer reading">{isReloading ? 'Reading …' : ''}</p>
  const { rows, next } = pages
  const count = next === null ? countWords(rows.length, word) : `The newest ${countWords(rows.length, word)}`
  return (
    <div class="rows-footer">
      <p ref={status} tabIndex={-1} role="status" class={rows.length === 0 ? '' : 'text-weak'}>
        {rows.length === 0 ? empty : `${count}.`} {note}
      </p>
      {next !== null && (
        <button
          type="button"
          class="button"
          aria-disabled={isReloading}
          onClick={() => {
            wasAsked.current = true
            showOlder()
          }}
        >
          Show older
        </button>
      )}
    </div>
  )
}
