import type { HistoryChange } from '../../../domain/history.ts'

export const changeTitles: Record<HistoryChange, string> = {
  given: 'Seat assigned',
  taken: 'Seat removed',
  found: 'Seat new in GitLab',
  lost: 'Seat gone in GitLab',
  bought: 'Seats bought',
  quantity_changed: 'Quantity changed',
  renewed: 'Renewed',
  term_changed: 'Term changed',
  replaced: 'Add-on replaced',
  over: 'Purchase over',
}

const gains: readonly HistoryChange[] = ['given', 'found']
const losses: readonly HistoryChange[] = ['taken', 'lost']

export function toneOf(change: HistoryChange): string {
  if (gains.includes(change)) return 'text-done'
  return losses.includes(change) ? 'text-problem' : 'text-waiting'
}
