import { createContext } from 'preact'
import type { StoreState } from './use-store.ts'

/** Tells a failure of one request from that of the store and the server, which the banner tells of. */
export type StoreCheck = Pick<StoreState, 'isReady' | 'check'>

export const StoreCheckContext = createContext<StoreCheck>({ isReady: true, check: async () => {} })
