import { countWords } from '../../domain/count-words.ts'
import type { Instant } from '../../domain/day.ts'
import { describeHistoryEvent, type HistoryEvent, type HistoryList } from '../../domain/history.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'

export async function writeHistoryTable({ readEvents, syncedAt }: HistoryList, page: Page): Promise<void> {
  let count = 0
  await writeColumns(page, columns, function* countEvents() {
    count = 0
    for (const event of readEvents()) {
      count += 1
      yield event
    }
  })
  const end = `${count === 0 ? '' : '\n'}${countWords(count, 'event')}.`
  await page.output.write(
    `${end} Changes in GitLab are known up to the sync of ${formatMinute(syncedAt)} UTC.\n`,
  )
}

const columns: TableColumn<HistoryEvent>[] = [
  { header: 'WHEN (UTC)', read: ({ at }) => formatMinute(at) },
  // A sync sees that a seat changed since the sync before.
  { header: 'NOT BEFORE', read: ({ since }) => (since === null ? '' : formatMinute(since)), leftOut: 2 },
  { header: 'USER', read: ({ username }) => username ?? '', overflow: 'shorten' },
  { header: 'CHANGE', read: ({ change }) => change, paint: paintChange },
  { header: 'ADD-ON', read: ({ addOn }) => addOn, leftOut: 4 },
  { header: 'RUN', read: ({ runId }) => (runId === null ? '' : String(runId)), leftOut: 3 },
  {
    header: 'WHO',
    read: ({ actor, gitlabUsername }) => (gitlabUsername === null ? (actor ?? '') : `@${gitlabUsername}`),
    overflow: 'shorten',
    leftOut: 1,
  },
  { header: 'MESSAGE', read: describeHistoryEvent, overflow: 'break' },
]

function paintChange({ change }: HistoryEvent, style: Style): Paint {
  if (change === 'given' || change === 'found') return style.green
  return change === 'taken' || change === 'lost' ? style.red : style.yellow
}

function formatMinute(instant: Instant): string {
  return instant.slice(0, 16).replace('T', ' ')
}
