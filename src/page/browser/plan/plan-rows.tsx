import { elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core'
import type { ComponentChildren } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { formatCount } from '../../../domain/count-words.ts'
import { escapeControls } from '../../../domain/escape-controls.ts'
import type { ResultRow, RunDocument } from '../documents.ts'
import { useStoreWords } from '../frame/store-context.ts'
import { useVirtualizer } from '../use-virtualizer.ts'
import { groupResults, type PlanGroup } from './seat-plan.ts'

interface PlanRowsProps {
  document: RunDocument
  /** Names the list of results. */
  label?: string
  /** Default: those of the document. */
  groups?: readonly PlanGroup[]
  /** Usual pixels of a result: others are measured again. */
  lineHeight?: number
  /** Default: the user and the message. */
  renderResult?: (result: ResultRow, tone: PlanGroup['tone']) => ComponentChildren
}

type PlanLine = { group: PlanGroup } | { more: number } | { result: ResultRow; tone: PlanGroup['tone'] }

export function PlanRows({
  document,
  label = 'Plan by user',
  groups,
  lineHeight = 44,
  renderResult = (result, tone) => <UserResult result={result} tone={tone} />,
}: PlanRowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const lines = useMemo(() => (groups ?? groupResults(document)).flatMap(listLines), [document, groups])
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
            {renderLine(lines[index], renderResult)}
          </div>
        ))}
      </div>
    </div>
  )
}

function listLines(group: PlanGroup): PlanLine[] {
  const more = group.total - group.results.length
  return [
    { group },
    ...group.results.map((result) => ({ result, tone: group.tone })),
    ...(more > 0 ? [{ more }] : []),
  ]
}

function renderLine(line: PlanLine | undefined, renderResult: Required<PlanRowsProps>['renderResult']) {
  if (line === undefined) return null
  if ('more' in line) return <p class="text-weak">And {formatCount(line.more)} more.</p>
  if (!('group' in line)) return renderResult(line.result, line.tone)
  return (
    <h3 class={`plan-group plan-${line.group.tone}`}>
      {line.group.title}: {formatCount(line.group.total)}
    </h3>
  )
}

interface UserResultProps {
  result: ResultRow
  tone: PlanGroup['tone']
}

function UserResult({ result: { username, input, message }, tone }: UserResultProps) {
  const words = useStoreWords()
  return (
    <div class="plan-result">
      <span class="plan-name">{escapeControls(username === null ? input : `@${username}`)}</span>
      <span class={tone === 'problem' ? 'text-problem' : 'text-weak'}>{escapeControls(words(message))}</span>
    </div>
  )
}
