import { useContext, useEffect, useState } from 'preact/hooks'
import type { RequestFailure } from '../request-failure.ts'
import { StoreContext, useStoreWords } from './store-context.ts'

interface FailureNoteProps {
  failure: RequestFailure
}

/** Empty while the banner shows a failure: assistive technology would announce it twice. */
export function FailureNote({ failure }: FailureNoteProps) {
  const { isReady, check } = useContext(StoreContext)
  const words = useStoreWords()
  const [isChecked, setChecked] = useState(false)
  useEffect(() => void check().then(() => setChecked(true)), [failure])
  if (!isReady || !isChecked) return null
  return (
    <div class="empty" role="alert">
      <p class="text-problem">{words(failure.message)}</p>
      {failure.hint !== null && <p>{words(failure.hint)}</p>}
    </div>
  )
}
