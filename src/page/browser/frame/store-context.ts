import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { StoreState } from './use-store.ts'

/** All that sentences anywhere on the page depend on. */
export type StoreFacts = Pick<StoreState, 'isReady' | 'canSync' | 'check'>

export const StoreContext = createContext<StoreFacts>({
  isReady: true,
  canSync: false,
  check: async () => {},
})

/** @returns a function for sentences of the command line: those about `sync` name the button of the page, if it has one */
export function useSyncWords(): (text: string) => string {
  const { canSync } = useContext(StoreContext)
  return canSync ? offerSync : (text) => text
}

function offerSync(text: string): string {
  return text
    .replaceAll('Run "duo-seats sync"', 'Press Sync')
    .replaceAll('run "duo-seats sync"', 'press Sync')
    .replaceAll('"duo-seats sync"', 'Sync')
}
