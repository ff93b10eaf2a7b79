import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Notice, Notices } from './notices.ts'
import { useStoreWords } from './store-context.ts'
import { noticeKey, useNoticeFocus } from './use-notice-focus.ts'
import { useNoticeRoom } from './use-notice-room.ts'

const undoMs = 20_000

interface NoticeListProps {
  notices: Notices
  onUndo(runId: number): void
}

/** Before the view in the order of Tab: a table of users has hundreds of switches. */
export function NoticeList({ notices, onUndo }: NoticeListProps) {
  const region = useRef<HTMLElement>(null)
  const giveFocusBack = useNoticeFocus(region)
  useNoticeRoom(region)
  const words = useStoreWords()
  const { list, latest } = notices
  return (
    <section ref={region} class="notices" aria-label={`Messages (${noticeKey})`}>
      <p class="visually-hidden" role="status" aria-live="polite">
        {latest !== null && <span key={latest.id}>{words(latest.text)}</span>}
      </p>
      {list.map((notice) => (
        <NoticeLine
          key={notice.id}
          notice={{ ...notice, text: words(notice.text) }}
          onDismiss={() => notices.dismiss(notice.id)}
          onFocusLost={giveFocusBack}
          onUndo={onUndo}
        />
      ))}
    </section>
  )
}

interface NoticeLineProps {
  notice: Notice
  onDismiss(): void
  /** The focused button goes away with its message. */
  onFocusLost(): void
  onUndo(runId: number): void
}

function NoticeLine({ notice, onDismiss, onFocusLost, onUndo }: NoticeLineProps) {
  const { text, tone, undoRunId } = notice
  const line = useRef<HTMLDivElement>(null)
  const [isHovered, setHovered] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const isHeld = isHovered || isFocused
  useEffect(() => {
    if (isHeld || tone === 'problem') return
    const timer = setTimeout(onDismiss, undoMs)
    return () => clearTimeout(timer)
  }, [isHeld, tone])
  useLayoutEffect(
    () => () => {
      if (line.current?.contains(document.activeElement)) onFocusLost()
    },
    [],
  )
  const undo = () => {
    onDismiss()
    if (undoRunId !== null) onUndo(undoRunId)
  }
  return (
    <div
      ref={line}
      role="group"
      aria-label={text}
      class={`notice notice-${tone}`}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      onFocusCapture={() => setFocused(true)}
      onBlurCapture={() => setFocused(false)}
    >
      <span class="notice-text">{text}</span>
      <kbd class="notice-key">{noticeKey}</kbd>
      {undoRunId !== null && (
        <button type="button" class="button button-small" aria-label={`Undo: ${text}`} onClick={undo}>
          Undo
        </button>
      )}
      <button type="button" class="icon-button" aria-label="Dismiss the message" onClick={onDismiss}>
        ×
      </button>
    </div>
  )
}
