import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { nameStore } from '../../../domain/name-store.ts'
import type { StoreState } from './use-store.ts'

/** All that sentences anywhere on the page depend on. */
type StoreFacts = Pick<StoreState, 'status' | 'isReady' | 'canSync' | 'check'>

export const StoreContext = createContext<StoreFacts>({
  status: null,
  isReady: true,
  canSync: false,
  check: async () => {},
})

/**
 * @returns a function for sentences of the command line: those about `sync` name the button of the page, if it has one, and other
 *   commands its store
 */
export function useStoreWords(): (text: string) => string {
  const { canSync } = useContext(StoreContext)
  const nameCommand = useStoreCommand()
  return (text) => nameCommand(canSync ? offerSync(text) : text)
}

/** @returns a function that makes a command line one about the store of the page, whatever store a shell would choose */
export function useStoreCommand(): (command: string) => string {
  const { status } = useContext(StoreContext)
  return (command) => nameStore(command, status?.store ?? null)
}

function offerSync(text: string): string {
  return text
    .replaceAll('Run "duo-seats sync"', 'Press Sync')
    .replaceAll('run "duo-seats sync"', 'press Sync')
    .replaceAll('"duo-seats sync"', 'Sync')
}
