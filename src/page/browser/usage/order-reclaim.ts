import { countWords } from '../../../domain/count-words.ts'
import type { Api } from '../api.ts'
import type { ReclaimRequest, RunAgreement } from '../documents.ts'
import type { PlanOrder } from '../plan-order.ts'

/** The seats without use for some days. */
export function orderReclaim(api: Api, order: Omit<ReclaimRequest, keyof RunAgreement>): PlanOrder {
  return {
    title: `Take the seats without use for ${countWords(order.inactive_for_days, 'day')}`,
    run: (request) => api.run({ ...order, ...request }),
  }
}
