import { countWords } from '../../../domain/count-words.ts'
import type { Attention } from '../../../domain/store-status.ts'

interface AttentionListProps {
  /** Null before the first answer. */
  attention: readonly Attention[] | null
}

/** The line keeps its place without anything to do. */
export function AttentionList({ attention }: AttentionListProps) {
  if (attention === null) return <p class="attention">{'\u00a0'}</p>
  if (attention.length === 0) return <p class="attention text-weak">Nothing needs attention.</p>
  return (
    <details class="attention">
      <summary>
        {countWords(attention.length, 'note')}: {attention[0]?.message}
      </summary>
      <ul>
        {attention.map(({ message, command }) => (
          <li key={message}>
            {message} <code>{command}</code>
          </li>
        ))}
      </ul>
    </details>
  )
}
