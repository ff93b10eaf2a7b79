import { useEffect, useRef } from 'preact/hooks'
import { countWords } from '../../../domain/count-words.ts'
import { escapeControls } from '../../../domain/escape-controls.ts'
import type { KeptList, ReadList } from './kept-list.ts'
import type { ListReading } from './list-documents.ts'

interface ListFactsProps {
  kept: KeptList
  isLocked: boolean
  isReading: boolean
  onReading(reading: ListReading): void
  onForget(): void
}

/** The list as it was read, and how to read it in another way. */
export function ListFacts({ kept, isLocked, isReading, onReading, onForget }: ListFactsProps) {
  const { list, reading } = kept
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  return (
    <section class="list-facts" aria-labelledby="list-name">
      <div class="list-title">
        <h2 id="list-name" ref={title} tabIndex={-1}>
          {escapeControls(list.name)}
        </h2>
        <p class="text-weak" role="status">
          {isReading ? 'Reading …' : describeList(list)}
        </p>
        <button type="button" class="button" aria-disabled={isLocked} onClick={() => !isLocked && onForget()}>
          Another list
        </button>
      </div>
      {list.problem !== null && (
        <div class="list-problem" role="alert">
          <p class="text-problem">{escapeControls(list.problem.message)}</p>
          <p>{escapeControls(describeWayOut(list.problem.hint))}</p>
        </div>
      )}
      <ReadingFields list={list} reading={reading} isLocked={isLocked} onReading={onReading} />
      {list.notes.map((note) => (
        <p key={note} class="list-note">
          {escapeControls(note)}
        </p>
      ))}
    </section>
  )
}

function describeList({ rows, delimiter, columns, key_columns }: ReadList): string {
  if (rows === null) return 'Not read'
  const keys = key_columns.length === 0 ? [] : `users by ${escapeControls(key_columns.join(', '))}`
  const divided = (columns?.length ?? 1) > 1 ? `separated by ${nameDelimiter(delimiter)}` : []
  return [countWords(rows, 'row'), keys, divided].flat().join(' · ')
}

const delimiterNames: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }

function nameDelimiter(delimiter: string | null): string {
  return delimiterNames[delimiter ?? ''] ?? `"${delimiter}"`
}

/** Options of the command line are fields of the page. */
function describeWayOut(hint: string): string {
  return /--(column|encoding|no-header|delimiter)/.test(hint)
    ? 'Choose the column or the encoding, or tick "Without a header line".'
    : hint
}

interface ReadingFieldsProps {
  list: ReadList
  reading: ListReading
  isLocked: boolean
  onReading(reading: ListReading): void
}

function ReadingFields({ list, reading, isLocked, onReading }: ReadingFieldsProps) {
  const names = [...new Set([...(list.columns ?? []), ...reading.columns])].filter((name) => name !== '')
  return (
    <div class="list-reading">
      {reading.header && names.length > 0 && (
        <label class="field">
          <span>Column that names the users</span>
          <select
            value={reading.columns[0] ?? ''}
            disabled={isLocked}
            onChange={(event) => {
              const name = event.currentTarget.value
              onReading({ ...reading, columns: name === '' ? [] : [name] })
            }}
          >
            <option value="">By its name</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {escapeControls(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="field">
        <span>Encoding</span>
        <select
          value={reading.encoding ?? ''}
          disabled={isLocked}
          onChange={(event) => onReading(withEncoding(reading, event.currentTarget.value))}
        >
          <option value="">UTF-8 or UTF-16</option>
          {list.encodings.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="list-check">
        <input
          type="checkbox"
          checked={!reading.header}
          disabled={isLocked}
          onChange={(event) => onReading({ ...reading, columns: [], header: !event.currentTarget.checked })}
        />
        Without a header line
      </label>
    </div>
  )
}

function withEncoding({ columns, header }: ListReading, encoding: string): ListReading {
  return encoding === '' ? { columns, header } : { columns, header, encoding }
}
