import { useEffect, useState } from 'preact/hooks'
import { focusMain } from '../focus-main.ts'
import type { Notice, Notices } from './notices.ts'
import { useSyncWords } from './store-context.ts'

const undoMs = 20_000

interface NoticeListProps {
  notices: Notices
  onUndo(runId: number): void
}

export function NoticeList({ notices, onUndo }: NoticeListProps) {
  const words = useSyncWords()
  return (
    <section class="notices" aria-label="Messages">
      <p class="visually-hidden" role="status" aria-live="polite">
        {words(notices.list.at(-1)?.text ?? '')}
      </p>
      {notices.list.map((notice) => (
        <NoticeLine
          key={notice.id}
          notice={{ ...notice, text: words(notice.text) }}
          onDismiss={() => notices.dismiss(notice.id)}
          onUndo={onUndo}
        />
      ))}
    </section>
  )
}

interface NoticeLineProps {
  notice: Notice
  onDismiss(): void
  onUndo(runId: number): void
}

function NoticeLine({ notice: { text, tone, undoRunId }, onDismiss, onUndo }: NoticeLineProps) {
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (isHeld || tone === 'problem') return
    const timer = setTimeout(onDismiss, undoMs)
    return () => clearTimeout(timer)
  }, [isHeld, tone])
  // The button goes away with its message.
  const dismiss = () => {
    onDismiss()
    focusMain()
  }
  const undo = () => {
    dismiss()
    if (undoRunId !== null) onUndo(undoRunId)
  }
  return (
    <div
      role="group"
      aria-label={text}
      class={`notice notice-${tone}`}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusCapture={() => setHeld(true)}
      onBlurCapture={() => setHeld(false)}
    >
      <span class="notice-text">{text}</span>
      {undoRunId !== null && (
        <button type="button" class="button button-small" aria-label={`Undo: ${text}`} onClick={undo}>
          Undo
        </button>
      )}
      <button type="button" class="icon-button" aria-label="Dismiss the message" onClick={dismiss}>
        ×
      </button>
    </div>
  )
}
