import { useContext, useEffect, useState } from 'preact/hooks'
import type { RequestFailure } from '../request-failure.ts'
import { StoreCheckContext } from './store-check.ts'

interface FailureNoteProps {
  failure: RequestFailure
}

/** Empty while the banner tells of a failure: assistive technology would announce it twice. */
export function FailureNote({ failure }: FailureNoteProps) {
  const { isReady, check } = useContext(StoreCheckContext)
  const [isChecked, setChecked] = useState(false)
  useEffect(() => void check().then(() => setChecked(true)), [failure])
  if (!isReady || !isChecked) return null
  return (
    <div class="empty" role="alert">
      <p class="text-problem">{failure.message}</p>
      {failure.hint !== null && <p>{failure.hint}</p>}
    </div>
  )
}
