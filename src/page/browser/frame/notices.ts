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
  add(text: string, tone: Notice['tone'], undoRunId?: number | null): void
  dismiss(id: number): void
}

const most = 3

export function useNotices(): Notices {
  const [list, setList] = useState<readonly Notice[]>([])
  const lastId = useRef(0)
  const add = useCallback<Notices['add']>((text, tone, undoRunId = null) => {
    lastId.current += 1
    const id = lastId.current
    setList((old) => [...old.slice(1 - most), { id, text, tone, undoRunId }])
  }, [])
  const dismiss = useCallback((id: number) => setList((old) => old.filter((notice) => notice.id !== id)), [])
  return useMemo(() => ({ list, add, dismiss }), [list, add, dismiss])
}
