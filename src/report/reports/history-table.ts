import { countWords } from '../../domain/count-words.ts'
import {
  describeHistoryEvent,
  describeKnownUntil,
  type HistoryEvent,
  type HistoryList,
} from '../../domain/history.ts'
import { formatLocalMinute } from '../local-time.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { chooseColumns } from '../table/choose-columns.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { wrapProse } from '../wrap-prose.ts'
import { toHistoryRow } from './history-row.ts'

export async function writeHistoryTable({ readEvents, syncedAt }: HistoryList, page: Page): Promise<void> {
  const count = await writeColumns(page, chooseColumns(columns, page.columns, toHistoryRow), readEvents)
  const end = `${countWords(count, 'event')}. ${describeKnownUntil(formatLocalMinute(syncedAt))}`
  await page.output.write(`${count === 0 ? '' : '\n'}${wrapProse(end, page.width)}\n`)
}

const columns: TableColumn<HistoryEvent>[] = [
  { key: 'at', header: 'WHEN', read: ({ at }) => formatLocalMinute(at) },
  { key: 'username', header: 'USER', read: ({ username }) => username ?? '', overflow: 'shorten' },
  { key: 'change', header: 'CHANGE', read: ({ change }) => change, paint: paintChange },
  { key: 'add_on', header: 'ADD-ON', read: ({ addOn }) => addOn, leftOut: 1 },
  { key: 'run_id', header: 'RUN', read: ({ runId }) => (runId === null ? '' : String(runId)), leftOut: 3 },
  {
    header: 'WHO',
    read: ({ actor, gitlabUsername }) => (gitlabUsername === null ? (actor ?? '') : `@${gitlabUsername}`),
    overflow: 'shorten',
    leftOut: 2,
  },
  { key: 'message', header: 'MESSAGE', read: describeInTime, overflow: 'break' },
]

/** A sync sees that a seat changed since the sync before. */
function describeInTime(event: HistoryEvent): string {
  const sentence = describeHistoryEvent(event)
  return event.since === null ? sentence : `${sentence} Since ${formatLocalMinute(event.since)}.`
}

function paintChange({ change }: HistoryEvent, style: Style): Paint {
  if (change === 'given' || change === 'found') return style.green
  return change === 'taken' || change === 'lost' ? style.red : style.yellow
}
