import type { RequestFailure } from '../request-failure.ts'

interface FailureNoteProps {
  failure: RequestFailure
}

export function FailureNote({ failure: { message, hint } }: FailureNoteProps) {
  return (
    <div class="empty" role="alert">
      <p class="text-problem">{message}</p>
      {hint !== null && <p>{hint}</p>}
    </div>
  )
}
