import { defaultRemovalCap } from '../domain/cap.ts'
import type { RequestAction } from '../domain/request.ts'
import type { RunCommand } from '../domain/run-command.ts'
import { makeOrder, type Order, type OrderOptions } from './order.ts'
import {
  createListSource,
  type RequestList,
  type RequestSource,
  readWanted,
  type SourceContext,
} from './request-source.ts'

export function orderAssignment(
  command: Extract<RunCommand, 'assign' | 'bulk-assign'>,
  list: RequestList,
  options: OrderOptions,
): Order {
  return makeOrder(options, {
    command,
    source: askForAll('give', list),
    question: command === 'bulk-assign' ? 'shortage' : null,
  })
}

interface RemovalOptions extends OrderOptions {
  /** A list of several users has the usual cap, unless there is another one. */
  isCapped?: boolean
}

export function orderRemoval(
  command: Extract<RunCommand, 'unassign' | 'bulk-unassign'>,
  list: RequestList,
  options: RemovalOptions,
): Order {
  return makeOrder(options, {
    command,
    source: askForAll('take', list),
    question: list.isSingle ? null : 'removals',
    usualCap: options.isCapped && !list.isSingle ? defaultRemovalCap : null,
  })
}

function askForAll(action: RequestAction, list: RequestList): RequestSource {
  async function* readBatches(context: SourceContext) {
    for await (const requests of readWanted(list, context)) yield { action, requests }
  }
  return createListSource(list, async (context) => ({ batches: readBatches(context), finding: null }))
}
