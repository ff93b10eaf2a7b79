import { useReducer } from 'preact/hooks'

/** @returns a function that renders the component again, after a change outside of its state */
export function useRender(): () => void {
  const [, render] = useReducer<number, void>((count) => count + 1, 0)
  return render
}
