import { formatSeats } from '../../../chart/seat-series.ts'
import { explainLastUse, type LastUse, lastUseLabels } from '../../../domain/last-use.ts'
import type { UsageDocument } from './usage-documents.ts'

interface LastUseTableProps {
  usage: UsageDocument
}

/** Each number of the first part contains the one before; the parts do not add up. */
const parts: readonly (readonly LastUse[])[] = [
  ['used_in_7_days', 'used_in_30_days', 'used_in_90_days'],
  ['idle_30_to_59_days', 'idle_60_to_89_days', 'idle_90_days', 'without_recorded_use', 'not_eligible'],
  ['held'],
]

export function LastUseTable({ usage: { holders } }: LastUseTableProps) {
  const explanation = explainLastUse(hasActivity(holders), holders.without_recorded_use ?? 0)
  return (
    <>
      <table class="facts last-use">
        <thead>
          <tr>
            <th scope="col">Last use</th>
            <th scope="col" class="number">
              Holders
            </th>
            <td />
          </tr>
        </thead>
        {parts.map((part) => (
          <tbody key={part[0]}>
            {part.map((group) => (
              <tr key={group}>
                <th scope="row">{lastUseLabels[group]}</th>
                <td class="number">{formatSeats(holders[group])}</td>
                <td class="share">
                  <span class="bar">
                    <span class="bar-held" style={{ width: `${toShare(holders, group) * 100}%` }} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      {explanation !== null && <p class="text-weak">{explanation}</p>}
    </>
  )
}

function toShare(holders: UsageDocument['holders'], group: LastUse): number {
  return (holders[group] ?? 0) / Math.max(holders.held ?? 0, 1)
}

/** The numbers of idle holders are unknown only where GitLab reports no activity. */
export function hasActivity(holders: UsageDocument['holders']): boolean {
  return holders.idle_90_days !== null
}
