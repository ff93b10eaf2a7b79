import { formatCount } from '../../../domain/count-words.ts'
import type { Api } from '../api.ts'
import type { RunRequest } from '../documents.ts'
import type { PlanOrder } from '../plan/use-plan.ts'

/** Seats of the selected users. */
export function orderUsers(api: Api, order: Pick<RunRequest, 'command' | 'add_on' | 'user_ids'>): PlanOrder {
  const count = order.user_ids.length
  const people = count === 1 ? '1 person' : `${formatCount(count)} people`
  return {
    title: order.command === 'assign' ? `Give seats to ${people}` : `Take the seats of ${people}`,
    run: (request) => api.run({ ...order, ...request }),
  }
}
