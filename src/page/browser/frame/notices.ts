import { useCallback, useMemo, useRef, useState } from 'preact/hooks'

export interface Notice {
  id: number
  text: string
  tone: 'done' | 'problem'
  /** The run that its button reverses; null without one. */
  undoRunId: number | null
}

export interface Notices {
  list: readonly Notice[]
  /** The last one that was added, also after it was dismissed. */
  latest: Notice | null
  add(text: string, tone: Notice['tone'], undoRunId?: number | null): void
  dismiss(id: number): void
}

const most = 3

export function useNotices(): Notices {
  const [list, setList] = useState<readonly Notice[]>([])
  const [latest, setLatest] = useState<Notice | null>(null)
  const lastId = useRef(0)
  const add = useCallback<Notices['add']>((text, tone, undoRunId = null) => {
    lastId.current += 1
    const notice = { id: lastId.current, text, tone, undoRunId }
    setLatest(notice)
    setList((old) => [...old.slice(1 - most), notice])
  }, [])
  const dismiss = useCallback((id: number) => setList((old) => old.filter((notice) => notice.id !== id)), [])
  return useMemo(() => ({ list, latest, add, dismiss }), [list, latest, add, dismiss])
}
