import { useLayoutEffect, useState } from 'preact/hooks'

/** @returns the text of a field, which stays until `value` changes although the view is drawn again, and a function that sets it */
export function useTyped(value: string): [string, (text: string) => void] {
  const [typed, setTyped] = useState(value)
  useLayoutEffect(() => setTyped(value), [value])
  return [typed, setTyped]
}
