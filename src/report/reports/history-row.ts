import { describeHistoryEvent, type HistoryEvent } from '../../domain/history.ts'
import type { RowValue } from '../report-document.ts'

export const historyColumns = [
  'number',
  'at',
  'since',
  'add_on',
  'user_id',
  'username',
  'change',
  'cause',
  'reason',
  'run_id',
  'actor',
  'gitlab_username',
  'before',
  'after',
  'message',
] as const

export function toHistoryRow(event: HistoryEvent): Record<(typeof historyColumns)[number], RowValue> {
  return {
    number: event.number,
    at: event.at,
    since: event.since,
    add_on: event.addOn,
    user_id: event.userId,
    username: event.username,
    change: event.change,
    cause: event.cause,
    reason: event.reason,
    run_id: event.runId,
    actor: event.actor,
    gitlab_username: event.gitlabUsername,
    before: event.before,
    after: event.after,
    message: describeHistoryEvent(event),
  }
}
