import { countWords, formatCount } from '../../domain/count-words.ts'
import { nameCommand, runStates } from '../../domain/describe-run.ts'
import { nameStore } from '../../domain/name-store.ts'
import { contextOf, type ListedRun, type RunList } from '../../domain/recorded-run.ts'
import { describeResult } from '../../domain/result.ts'
import { escapeControls } from '../escape-controls.ts'
import { formatAge, formatLocalMinute, localizeTimes } from '../local-time.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { chooseColumns } from '../table/choose-columns.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { wrapProse } from '../wrap-prose.ts'
import { toRecordedRunRow } from './recorded-run-row.ts'
import { listOutcomes } from './run-conclusion.ts'
import { markOfOutcome, paintOutcome } from './run-table.ts'

export async function writeRunListTable({ user, readRuns }: RunList, page: Page): Promise<void> {
  const columns = chooseTimes(user === null ? runColumns : userColumns, page)
  const count = await writeColumns(page, chooseColumns(columns, page.columns, toRecordedRunRow), readRuns)
  const about = user === null ? '' : ` about @${escapeControls(user.username)}`
  const hint = count === 0 ? '' : ' "duo-seats runs show NUMBER" shows every result of one.'
  const end = `${count === 0 ? '' : '\n'}${countWords(count, 'run')}${about}.`
  await page.output.write(`${wrapProse(`${end}${nameStore(hint, page.namedStore)}`, page.width)}\n`)
}

const narrowPage = 80

/** The time of the start and its age; on a narrow page the age only, which has room beside the state. */
function chooseTimes(columns: TableColumn<ListedRun>[], { now, width, columns: keys }: Page) {
  const isNarrow = now !== undefined && width !== null && width < narrowPage && keys === null
  const read = ({ run }: ListedRun) => (now === undefined ? '' : formatAge(run.startedAt, now))
  const age: TableColumn<ListedRun> = { header: 'AGE', read, ...(!isNarrow && { leftOut: 6 }) }
  return columns.flatMap((column) => {
    if (column.key !== 'started_at') return [column]
    return isNarrow ? [age] : [column, age]
  })
}

const factColumns: TableColumn<ListedRun>[] = [
  { key: 'id', header: 'RUN', read: ({ run }) => String(run.id) },
  { key: 'started_at', header: 'STARTED', read: ({ run }) => formatLocalMinute(run.startedAt) },
  { key: 'state', header: 'STATE', read: ({ state }) => runStates[state].word, paint: paintState },
  { header: 'WHO', read: ({ run }) => `${run.actor} on ${run.host}`, overflow: 'shorten', leftOut: 4 },
  { key: 'command', header: 'COMMAND', read: ({ run }) => nameCommand(run) },
  { key: 'source', header: 'FILE', read: ({ run }) => run.source ?? '', overflow: 'shorten', leftOut: 2 },
  { key: 'add_on', header: 'ADD-ON', read: ({ run }) => run.addOn, leftOut: 5 },
]

const runColumns: TableColumn<ListedRun>[] = [
  ...factColumns,
  { key: 'rows', header: 'ROWS', read: ({ rows }) => formatCount(rows), leftOut: 3 },
  { key: 'outcomes', header: 'OUTCOMES', read: listOutcomes, overflow: 'break' },
]

/** On a narrow terminal without the state: the outcome of a refused run is enough. */
const userColumns: TableColumn<ListedRun>[] = [
  ...factColumns.map((column) => (column.key === 'state' ? { ...column, leftOut: 1 } : column)),
  {
    key: 'outcome',
    header: 'OUTCOME',
    read: ({ result }) => (result === null ? '' : `${markOfOutcome(result.outcome)} ${result.outcome}`),
    paint: ({ result }, style) => (result === null ? style.dim : paintOutcome(result, style)),
  },
  {
    key: 'message',
    header: 'MESSAGE',
    read: (listed) =>
      listed.result === null ? '' : localizeTimes(describeResult(listed.result, contextOf(listed))),
    overflow: 'break',
  },
]

function paintState({ state }: ListedRun, style: Style): Paint {
  if (state === 'finished') return style.dim
  return state === 'refused' ? style.red : style.yellow
}
