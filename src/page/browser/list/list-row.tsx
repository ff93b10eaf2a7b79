import { escapeControls } from '../../../domain/escape-controls.ts'
import { isUnclear } from '../../../domain/summarize.ts'
import type { ResultRow } from '../documents.ts'
import { useStoreWords } from '../frame/store-context.ts'
import type { PlanGroup } from '../plan/seat-plan.ts'
import type { Candidates } from './candidates.ts'
import { type Choices, forgetChoice, leaveOut, settle } from './kept-list.ts'
import { SettlePanel } from './settle-panel.tsx'

interface ListRowProps {
  result: ResultRow
  tone: PlanGroup['tone']
  choices: Choices
  candidates: Candidates
  canChoose: boolean
  /** Its users are shown. */
  isOpen: boolean
  /** @param line null shows no users */
  onOpen(line: number | null): void
  onChoose(change: (choices: Choices) => Choices): void
}

export function ListRow(props: ListRowProps) {
  const { result, tone, choices, candidates, canChoose, isOpen, onOpen, onChoose } = props
  const { line, success, message } = result
  const words = useStoreWords()
  const chosen = line === null ? undefined : choices.settled.get(line)
  const isLeftOut = line !== null && choices.leftOut.has(line)
  const isProblem = tone === 'problem' || (chosen !== undefined && !success)
  const close = () => {
    onOpen(null)
    if (line !== null) focusButton(line)
  }
  return (
    <div class="list-row">
      <span class="list-line">{line}</span>
      <span class="plan-name">{escapeControls(nameRow(result, chosen?.username ?? null))}</span>
      <span class={isProblem ? 'text-problem' : 'text-weak'}>
        {isLeftOut ? 'Left out.' : escapeControls(words(message))}
      </span>
      {canChoose && line !== null && (
        <span class="list-row-buttons">
          {chosen !== undefined || isLeftOut ? (
            <RowButton
              name={`Reset line ${line}`}
              text="Reset"
              onClick={() => onChoose((old) => forgetChoice(old, line))}
            />
          ) : (
            tone === 'problem' && (
              <ProblemButtons {...props} line={line} onToggle={() => (isOpen ? close() : onOpen(line))} />
            )
          )}
        </span>
      )}
      {canChoose && line !== null && isOpen && (
        <SettlePanel
          line={line}
          candidates={candidates}
          onChoose={(user) => onChoose((old) => settle(old, line, user))}
          onClose={close}
        />
      )}
    </div>
  )
}

interface ProblemButtonsProps extends ListRowProps {
  line: number
  onToggle(): void
}

function ProblemButtons({ result, line, isOpen, onToggle, onChoose }: ProblemButtonsProps) {
  return (
    <>
      {isUnclear(result.outcome) && (
        <RowButton
          name={`Choose the user of line ${line}`}
          text="Choose …"
          line={line}
          isExpanded={isOpen}
          onClick={onToggle}
        />
      )}
      <RowButton
        name={`Leave out line ${line}`}
        text="Leave out"
        onClick={() => onChoose((old) => leaveOut(old, result))}
      />
    </>
  )
}

interface RowButtonProps {
  name: string
  text: string
  /** For a button that shows users. */
  line?: number
  isExpanded?: boolean
  onClick(): void
}

function RowButton({ name, text, line, isExpanded, onClick }: RowButtonProps) {
  return (
    <button
      type="button"
      class="button button-small"
      aria-label={name}
      data-line={line}
      aria-expanded={isExpanded}
      onClick={onClick}
    >
      {text}
    </button>
  )
}

/** As in the list, then the user if that is another text. */
function nameRow({ input, username }: ResultRow, chosen: string | null): string {
  const name = chosen ?? username
  if (name === null) return input
  return input.replace(/^@/, '').toLowerCase() === name.toLowerCase() ? `@${name}` : `${input} → @${name}`
}

function focusButton(line: number): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-line="${line}"]`)?.focus())
}
