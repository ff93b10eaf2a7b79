import { useEffect, useRef, useState } from 'preact/hooks'
import type { Api } from '../api.ts'
import { type RequestFailure, requireFailure } from '../request-failure.ts'
import { type Choices, type KeptList, noChoices, readList } from './kept-list.ts'
import { type HeldFile, ListApi } from './list-api.ts'
import type { ListReading } from './list-documents.ts'

interface ListState {
  /** Null without a list. */
  kept: KeptList | null
  /** Null unless a list is being sent or read. */
  readingName: string | null
  failure: RequestFailure | null
  open(file: HeldFile, isPasted: boolean): void
  readAgain(reading: ListReading): void
  choose(change: (choices: Choices) => Choices): void
  forget(): void
}

/** Another view may be looked at in between. */
let left: KeptList | null = null

export function useList(api: Api): ListState {
  const [kept, setKept] = useState<KeptList | null>(() => left)
  const [readingName, setReadingName] = useState<string | null>(null)
  const [failure, setFailure] = useState<RequestFailure | null>(null)
  const latest = useRef(0)
  useEffect(() => {
    left = kept
  }, [kept])
  const read = async (name: string, work: () => Promise<KeptList>) => {
    latest.current += 1
    const number = latest.current
    const show = (use: () => void) => {
      if (latest.current !== number) return
      setReadingName(null)
      use()
    }
    setReadingName(name)
    setFailure(null)
    try {
      const list = await work()
      show(() => setKept(list))
    } catch (error) {
      const failed = requireFailure(error)
      show(() => setFailure(failed))
    }
  }
  return {
    kept,
    readingName,
    failure,
    open: (file, isPasted) => {
      setKept(null)
      void read(file.name, () => readList(new ListApi(api, file), isPasted))
    },
    readAgain: (reading) => {
      if (kept === null) return
      const again = async () => {
        const list = await kept.api.read(reading)
        return { ...kept, list, reading, choices: noChoices }
      }
      void read(kept.list.name, again)
    },
    choose: (change) => setKept((old) => old && { ...old, choices: change(old.choices) }),
    forget: () => {
      latest.current += 1
      setKept(null)
      setReadingName(null)
      setFailure(null)
    },
  }
}
