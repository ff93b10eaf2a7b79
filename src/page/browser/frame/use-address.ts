import { useCallback, useEffect, useState } from 'preact/hooks'
import { formatAddress, type PageAddress, parseAddress } from '../view-address.ts'

/** Does nothing once another view is shown. */
export type ChangeQuery = (change: (query: string) => string) => void

/** The view and its state, as the address has them. */
export function useAddress(): [PageAddress, ChangeQuery] {
  const [address, setAddress] = useState(() => parseAddress(location.hash))
  useEffect(() => {
    const read = () => setAddress(parseAddress(location.hash))
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])
  const { view } = address
  const changeQuery = useCallback<ChangeQuery>(
    (change) =>
      setAddress((old) => {
        if (parseAddress(location.hash).view !== view) return old
        const next = { ...old, query: change(old.query) }
        history.replaceState(null, '', formatAddress(next))
        return next
      }),
    [view],
  )
  return [address, changeQuery]
}
