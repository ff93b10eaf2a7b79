import { formatCount } from '../../domain/count-words.ts'

interface FigureProps {
  title: string
  value: number
  isProblem?: boolean
}

/** In a list of terms. */
export function Figure({ title, value, isProblem = false }: FigureProps) {
  return (
    <div class={isProblem ? 'text-problem' : ''}>
      <dt>{title}</dt>
      <dd>{formatCount(value)}</dd>
    </div>
  )
}
