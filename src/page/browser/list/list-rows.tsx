import { useMemo, useState } from 'preact/hooks'
import { isUnclear } from '../../../domain/summarize.ts'
import type { ResultRow, RunDocument } from '../documents.ts'
import { PlanRows } from '../plan/plan-rows.tsx'
import { groupResults, makeGroup, type PlanGroup } from '../plan/seat-plan.ts'
import type { Candidates } from './candidates.ts'
import type { Choices } from './kept-list.ts'
import { ListRow } from './list-row.tsx'

interface ListRowsProps {
  document: RunDocument
  choices: Choices
  candidates: Candidates
  canChoose: boolean
  onChoose(change: (choices: Choices) => Choices): void
}

/** As in the style sheet, on wide pages. */
const lineHeight = 34

export function ListRows({ document, choices, candidates, canChoose, onChoose }: ListRowsProps) {
  const [openLine, setOpenLine] = useState<number | null>(null)
  const groups = useMemo(() => groupRows(document, choices), [document, choices])
  const renderResult = (result: ResultRow, tone: PlanGroup['tone']) => (
    <ListRow
      result={result}
      tone={tone}
      choices={choices}
      candidates={candidates}
      canChoose={canChoose}
      isOpen={result.line !== null && result.line === openLine}
      onOpen={setOpenLine}
      onChoose={(change) => {
        setOpenLine(null)
        focusRows()
        onChoose(change)
      }}
    />
  )
  if (groups.length === 0) return <p class="empty">Nothing to do.</p>
  return (
    <div class="list-rows">
      <PlanRows document={document} groups={groups} lineHeight={lineHeight} renderResult={renderResult} />
    </div>
  )
}

/** The row goes to another place, and its button goes away. */
function focusRows(): void {
  globalThis.document.querySelector<HTMLElement>('.list-rows .plan-rows')?.focus()
}

/** Rows to settle first, then those that the user settled, then all others as in every plan. */
function groupRows(document: RunDocument, { settled, leftOut }: Choices): PlanGroup[] {
  const isSettled = ({ line }: ResultRow) => line !== null && settled.has(line)
  const isOpen = (row: ResultRow) => row.line !== null && isUnclear(row.outcome) && !isSettled(row)
  const { results, omitted } = document
  const others = results.filter((row) => !isOpen(row) && !isSettled(row))
  return [
    makeGroup('problem', 'Unclear', results.filter(isOpen), omitted),
    makeGroup('same', 'Settled by you', results.filter(isSettled)),
    makeGroup('same', 'Left out by you', [...leftOut.values()]),
    ...groupResults({ ...document, results: others }),
  ].filter((group) => group.results.length > 0)
}
