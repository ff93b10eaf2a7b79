import { useCallback, useEffect, useState } from 'preact/hooks'
import { formatAddress, parseAddress, type SeatsView } from './view-address.ts'

/** The view as the address has it. */
export function useAddress(): [SeatsView, (change: Partial<SeatsView>) => void] {
  const [address, setAddress] = useState(() => parseAddress(location.hash))
  useEffect(() => {
    const read = () => setAddress(parseAddress(location.hash))
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])
  const change = useCallback((part: Partial<SeatsView>) => {
    setAddress((old) => {
      const next = { ...old, view: { ...old.view, ...part } }
      history.replaceState(null, '', formatAddress(next))
      return next
    })
  }, [])
  return [address.view, change]
}
