import { addOns, describeFreeSeats, describeInactivity, type PurchaseInUse } from '../../domain/add-on.ts'
import { countWords, formatCount } from '../../domain/count-words.ts'
import { addDays, type Day, dayOf, formatDay } from '../../domain/day.ts'
import { describeIneligibility } from '../../domain/ineligibility.ts'
import { nameStore } from '../../domain/name-store.ts'
import type { ListedUser, ListReport } from '../../domain/seat-list.ts'
import type { Page } from '../page.ts'
import type { Paint, Style } from '../style.ts'
import { chooseColumns } from '../table/choose-columns.ts'
import { type TableColumn, writeColumns } from '../table/column-table.ts'
import { wrapProse } from '../wrap-prose.ts'
import { describeListSource } from './describe-source.ts'
import { toLinkedUserRow, toListedUserRow } from './listed-user-row.ts'
import { listSurplusLines } from './surplus-text.ts'

export async function writeListTable(report: ListReport, page: Page): Promise<void> {
  const surplus = report.surplus === null ? [] : listSurplusLines(report.surplus)
  const notes = surplus.map((line) => nameStore(line, page.namedStore))
  const head = [...describePurchase(report, page.style), ...notes]
  await page.output.write(`${wrapProse(head.join('\n'), page.width)}\n\n`)
  const toRow = report.linked ? toLinkedUserRow : toListedUserRow
  const count = await writeColumns(page, chooseColumns(columns, page.columns, toRow), () =>
    report.readUsers(),
  )
  const end = `${countShown(count, report)}${describeListSource(report)}`
  await page.output.write(`${count === 0 ? '' : '\n'}${wrapProse(end, page.width)}\n`)
}

/** `4 of 225 users`, if a limit left some out. */
function countShown(count: number, { limit, countAll }: ListReport): string {
  const all = limit === null || count < limit ? count : countAll()
  return all === count ? countWords(count, 'user') : `${formatCount(count)} of ${countWords(all, 'user')}`
}

const columns: TableColumn<ListedUser>[] = [
  { key: 'username', header: 'USERNAME', read: ({ username }) => username },
  { key: 'name', header: 'NAME', read: ({ name }) => name, overflow: 'shorten' },
  {
    key: 'email',
    header: 'EMAIL',
    read: ({ email }) => email ?? 'private',
    paint: ({ email }, style) => dimMissing(email, style),
    overflow: 'shorten',
    leftOut: 2,
  },
  { key: 'state', header: 'STATE', read: ({ state }) => state, leftOut: 3 },
  {
    key: 'assigned_at',
    header: 'SEAT SINCE',
    read: describeSeat,
    paint: ({ isPending, assignedAt }, style) => (isPending ? style.yellow : dimMissing(assignedAt, style)),
  },
  {
    key: 'last_activity_on',
    header: 'LAST ACTIVITY',
    read: ({ lastActivityOn }) => lastActivityOn ?? 'never',
    paint: ({ lastActivityOn }, style) => dimMissing(lastActivityOn, style),
    leftOut: 4,
  },
  {
    key: 'last_duo_activity_on',
    header: 'LAST DUO ACTIVITY',
    read: ({ lastDuoActivityOn }) => formatDay(lastDuoActivityOn),
    paint: ({ lastDuoActivityOn }, style) => dimMissing(lastDuoActivityOn, style),
    leftOut: 1,
  },
  {
    key: 'reason',
    header: 'WHY NOT',
    read: ({ reason }) => (reason === null ? '' : describeIneligibility(reason)),
    paint: (_, style) => style.yellow,
    overflow: 'break',
  },
]

function describeSeat({ holdsSeat, isPending, assignedAt }: ListedUser): string {
  if (isPending) return holdsSeat ? 'pending' : 'pending removal'
  return holdsSeat ? formatDay(assignedAt && dayOf(assignedAt)) : ''
}

function dimMissing(value: string | null, { dim }: Style): Paint {
  return value === null ? dim : (text) => text
}

function describePurchase({ purchase, pending, today }: ListReport, style: Style): string[] {
  const { addOn, quantity, assigned, startedOn, expiresOn, trial, goneAt } = purchase
  const free = describeFreeSeats(purchase)
  const rest = assigned > quantity ? style.red(free) : free
  const waiting = pending === 0 ? '' : ` (${style.yellow(`${countWords(pending, 'change')} pending`)})`
  return [
    style.bold(`${addOns[addOn].product}${trial ? ' (trial)' : ''}`),
    `Seats: ${formatCount(assigned)} of ${formatCount(quantity)} held${waiting}, ${rest}  ${drawBar(purchase, style)}`,
    goneAt === null
      ? describePeriod(startedOn, expiresOn)
      : style.red(`Over: ${describeInactivity(purchase, today)}`),
  ]
}

const barWidth = 20

function drawBar({ assigned, quantity }: PurchaseInUse, style: Style): string {
  const share = quantity === 0 ? 1 : Math.min(1, assigned / quantity)
  const filled = Math.round(share * barWidth)
  const paint = assigned < quantity ? style.green : style.yellow
  return paint('█'.repeat(filled)) + style.dim('░'.repeat(barWidth - filled))
}

function describePeriod(startedOn: Day | null, expiresOn: Day | null): string {
  if (startedOn === null && expiresOn === null) return 'The term of the purchase is unknown.'
  const start = startedOn ?? 'an unknown day'
  return `Valid from ${start} until ${expiresOn === null ? 'an unknown day' : addDays(expiresOn, -1)}`
}
