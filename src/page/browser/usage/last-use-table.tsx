import { formatSeats } from '../../../chart/seat-series.ts'
import { explainLastUse, type LastUse, lastUseLabels } from '../../../domain/last-use.ts'
import type { UsageDocument } from './usage-documents.ts'

interface LastUseTableProps {
  usage: UsageDocument
}

const groups = Object.keys(lastUseLabels) as LastUse[]

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
        <tbody>
          {groups.map((group) => (
            <tr key={group}>
              <th scope="row">{lastUseLabels[group]}</th>
              <td class="number">{formatSeats(holders[group])}</td>
              <td class="share">
                <span class="bar">
                  <span class="bar-held" style={{ width: `${readShare(holders, group) * 100}%` }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {explanation !== null && <p class="text-weak">{explanation}</p>}
    </>
  )
}

function readShare(holders: UsageDocument['holders'], group: LastUse): number {
  return (holders[group] ?? 0) / Math.max(holders.held ?? 0, 1)
}

/** The numbers of idle holders are unknown only where GitLab reports no activity. */
export function hasActivity(holders: UsageDocument['holders']): boolean {
  return holders.idle_90_days !== null
}
