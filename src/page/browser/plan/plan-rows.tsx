import { elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core'
import { useMemo, useRef } from 'preact/hooks'
import { formatCount } from '../../../domain/count-words.ts'
import type { ResultRow, RunDocument } from '../documents.ts'
import { useVirtualizer } from '../use-virtualizer.ts'
import { groupResults, type PlanGroup } from './seat-plan.ts'

interface PlanRowsProps {
  document: RunDocument
  label?: string
}

type PlanLine = { group: PlanGroup } | { result: ResultRow; tone: PlanGroup['tone'] }

/** Pixels of a line, before it is measured. */
const lineHeight = 44

export function PlanRows({ document, label = 'Plan by person' }: PlanRowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const lines = useMemo(() => groupResults(document).flatMap(listLines), [document])
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 10,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
  })
  return (
    <div ref={scroller} class="plan-rows" tabIndex={0} role="region" aria-label={label}>
      <div role="list" class="plan-list" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            ref={virtualizer.measureElement}
            role="listitem"
            class="plan-line"
            aria-setsize={lines.length}
            aria-posinset={index + 1}
            data-index={index}
            style={{ transform: `translateY(${start}px)` }}
          >
            <Line line={lines[index]} />
          </div>
        ))}
      </div>
    </div>
  )
}

function listLines(group: PlanGroup): PlanLine[] {
  return [{ group }, ...group.results.map((result) => ({ result, tone: group.tone }))]
}

function Line({ line }: { line: PlanLine | undefined }) {
  if (line === undefined) return null
  if ('group' in line)
    return (
      <h3 class={`plan-group plan-${line.group.tone}`}>
        {line.group.title}: {formatCount(line.group.results.length)}
      </h3>
    )
  const { username, input, message } = line.result
  return (
    <div class="plan-result">
      <span class="plan-name">{username === null ? input : `@${username}`}</span>
      <span class={line.tone === 'problem' ? 'text-problem' : 'text-weak'}>{message}</span>
    </div>
  )
}
