import { useEffect, useState } from 'preact/hooks'

export function useMedia(query: string): boolean {
  const [media] = useState(() => matchMedia(query))
  const [matches, setMatches] = useState(media.matches)
  useEffect(() => {
    const update = () => setMatches(media.matches)
    media.addEventListener('change', update)
    return () => media.removeEventListener('change', update)
  }, [media])
  return matches
}
