import { countWords } from '../../../domain/count-words.ts'
import { runCommands } from '../../../domain/run-command.ts'
import type { Api } from '../api.ts'
import type { RunRequest } from '../documents.ts'
import type { PlanOrder } from '../plan-order.ts'

/** Seats of the selected users. */
export function orderUsers(api: Api, order: Pick<RunRequest, 'command' | 'add_on' | 'user_ids'>): PlanOrder {
  const users = countWords(order.user_ids.length, 'user')
  return {
    title: runCommands[order.command].isRemoval ? `Take the seats of ${users}` : `Give seats to ${users}`,
    run: (request) => api.run({ ...order, ...request }),
  }
}
