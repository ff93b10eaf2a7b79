import type { AddOn } from '../../src/domain/add-on.ts'
import type { Instant } from '../../src/domain/day.ts'
import type { ReclaimFinding } from '../../src/domain/reclaim.ts'
import type { RecordedRun } from '../../src/domain/recorded-run.ts'
import type { UserList } from '../../src/domain/request.ts'
import type { Result } from '../../src/domain/result.ts'
import type { RunReport, RunSummary } from '../../src/domain/run.ts'
import type { GitLab } from '../../src/gitlab/gitlab.ts'
import { orderApply } from '../../src/orders/apply.ts'
import { orderAssignment, orderRemoval } from '../../src/orders/assign.ts'
import type { Order, OrderOptions } from '../../src/orders/order.ts'
import { orderReclaim } from '../../src/orders/reclaim.ts'
import { orderUndo, requireUndoableRun } from '../../src/orders/undo.ts'
import { type RunContext, RunSession } from '../../src/runs/run-session.ts'
import type { Store } from '../../src/store/store.ts'
import type { PlayedOrder } from './seat-histories.ts'

/** The report of a run with its results. */
export interface Reported {
  addOn: AddOn
  results: Result[]
  summary: RunSummary
  finding: ReclaimFinding | null
}

/** A context without interruptions and without listeners. */
export const quietly = { signal: new AbortController().signal, tell: () => {}, onWait: () => {} }

/** The place and the options of an order. */
export interface Play {
  store: Store
  now: Instant
  /** Null in a store that is not linked. */
  connect: (() => Promise<GitLab>) | null
  /** False with `--no-push`. */
  push: boolean
  dryRun: boolean
  /** The list of the order. */
  list: UserList
  /** Called with the report even when the push failed. */
  onReport: (reported: Reported) => void
}

/** Performs an order as its command does. @throws UserError as the command does */
export async function playOrder(played: PlayedOrder, play: Play): Promise<void> {
  await performOrder(makeOrder(played, play), play)
}

/** Performs an order without commander and without a terminal. @throws UserError as the command line does */
export async function performOrder(
  order: Order,
  { store, now, connect, onReport }: Omit<Play, 'push' | 'dryRun' | 'list'>,
): Promise<void> {
  const session = new RunSession(store, order, makeRunContext(now, connect))
  try {
    if (order.dryRun) return onReport(readReport((await session.preview()).report))
    const { report, failure } = await session.push(await session.decide())
    onReport(readReport(report))
    if (failure !== null) throw failure
  } finally {
    session.close()
  }
}

export function makeRunContext(now: Instant, connect: (() => Promise<GitLab>) | null): RunContext {
  return {
    ...quietly,
    readClock: () => now,
    actor: { actor: 'root', host: 'here', pid: 1, ciJobUrl: null, ciUser: null },
    connect: () => connect?.() ?? Promise.reject(new Error('The store is not linked.')),
  }
}

function readReport({ run, summary, finding, readResults }: RunReport): Reported {
  return { addOn: run.addOn, results: [...readResults()], summary, finding }
}

/** The order that the command makes from its options. */
function makeOrder(played: PlayedOrder, { store, dryRun, push, list }: Play): Order {
  const { command, addOn, onShortage, maxRemovals, maxUnknown, mode } = played
  // The front end asks for confirmations.
  const options: OrderOptions = { addOn, dryRun, yes: true, push }
  const giving = { ...options, onShortage }
  if (command === 'assign' || command === 'bulk-assign') return orderAssignment(command, list, giving)
  if (command === 'unassign' || command === 'bulk-unassign') return orderRemoval(command, list, options)
  if (command === 'undo') return orderUndo(findUndone(played, store), giving)
  if (command === 'apply') {
    const parts = { addOnly: mode === 'add-only', removeOnly: mode === 'remove-only' }
    return orderApply(list, { ...giving, maxRemovals, maxUnknown, ...parts })
  }
  const { days: inactiveFor, includeNeverActive, toFree } = played
  const idle = { inactiveFor, includeNeverActive, ...(toFree !== null && { toFree }) }
  return orderReclaim(list, { ...options, maxRemovals, ...idle })
}

function findUndone({ runsBack }: PlayedOrder, store: Store): RecordedRun {
  return requireUndoableRun(store, findLastRunId(store) - runsBack, () => false)
}

/** The number of the last finished run; 0 without one. */
export function findLastRunId(store: Store): number {
  for (const { id, finishedAt } of store.runs.list()) if (finishedAt !== null) return id
  return 0
}

export function makeList({ list }: PlayedOrder): UserList {
  return {
    file: null,
    async *readBatches() {
      if (list.length > 0) yield list
    },
  }
}
