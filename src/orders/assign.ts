import type { RequestAction, UserList } from '../domain/request.ts'
import type { RunCommand } from '../domain/run-command.ts'
import { makeOrder, type Order, type OrderOptions } from './order.ts'
import { createListSource, type RequestSource } from './request-source.ts'

export function orderAssignment(
  command: Extract<RunCommand, 'assign' | 'bulk-assign'>,
  list: UserList,
  options: OrderOptions,
): Order {
  return makeOrder(options, { command, source: askForAll('give', list) })
}

export function orderRemoval(
  command: Extract<RunCommand, 'unassign' | 'bulk-unassign'>,
  list: UserList,
  options: OrderOptions,
): Order {
  return makeOrder(options, {
    command,
    source: askForAll('take', list),
    // The users of "unassign" were typed one by one.
    confirmation: command === 'unassign' ? 'never' : 'several_removals',
  })
}

function askForAll(action: RequestAction, list: UserList): RequestSource {
  async function* readBatches() {
    for await (const requests of list.readBatches()) yield { action, requests }
  }
  return createListSource(list, async () => ({ batches: readBatches(), finding: null }))
}
