import type { AddOn, PurchaseInUse } from '../../src/domain/add-on.ts'
import { dayOf, type Instant } from '../../src/domain/day.ts'
import type { RecordedRun } from '../../src/domain/recorded-run.ts'
import type { RequestBatch, RequestSource } from '../../src/domain/request.ts'
import type { Result } from '../../src/domain/result.ts'
import type { RunCommand, RunSummary } from '../../src/domain/run.ts'
import { askForAll } from '../../src/orders/ask-for-all.ts'
import { composeApply } from '../../src/orders/compose-apply.ts'
import { composeReclaim, type ReclaimFinding } from '../../src/orders/compose-reclaim.ts'
import { composeUndo, findRunToUndo, readUndone } from '../../src/orders/compose-undo.ts'
import type { RunLink, RunOptions } from '../../src/runs/run-context.ts'
import { runRequests } from '../../src/runs/run-requests.ts'
import type { Store } from '../../src/store/store.ts'
import type { Order } from './seat-histories.ts'

/** What a run reported. */
export interface Reported {
  addOn: AddOn
  results: Result[]
  summary: RunSummary
}

/** What workflows need where nobody watches or interrupts. */
export const quietly = {
  signal: new AbortController().signal,
  pause: async () => {},
  onProgress: () => {},
  onWait: () => {},
  onPush: () => {},
  onLeftovers: () => {},
}

/** Where and how an order is carried out. */
export interface Play {
  store: Store
  now: Instant
  link: RunLink | null
  dryRun: boolean
  /** What the order lists, unless somebody wrote it down elsewhere. */
  source: RequestSource
  onFound: (finding: ReclaimFinding) => void
  onReport: (reported: Reported) => void
}

const isCapped = (command: RunCommand) => command === 'apply' || command === 'reclaim'
const isGiving = (command: RunCommand) => ['assign', 'bulk-assign', 'apply', 'undo'].includes(command)

/** Carries out an order as its command does. @throws UserError as the command does */
export async function playOrder(order: Order, play: Play): Promise<void> {
  const { store, now, link } = play
  const source =
    order.command === 'undo'
      ? { ...play.source, readBatches: () => readUndone(store, findUndone(order, store)) }
      : play.source
  await runRequests(makeOptions(order, play), {
    ...quietly,
    store,
    source,
    readBatches: (purchase) => compose(order, purchase, play),
    link,
    actor: { actor: 'root', host: 'here', pid: 1, ciJobUrl: null },
    readClock: () => now,
    report: async ({ run, readResults, summary }) => {
      play.onReport({ addOn: run.addOn, results: [...readResults()], summary })
    },
  })
}

function makeOptions(order: Order, { store, dryRun }: Play): RunOptions {
  const { command, onShortage, maxRemovals } = order
  return {
    command,
    addOn: command === 'undo' ? findUndone(order, store).addOn : order.addOn,
    onShortage: isGiving(command) ? onShortage : null,
    maxRemovals: isCapped(command) ? maxRemovals : null,
    dryRun,
    noted: {},
  }
}

function compose(
  order: Order,
  purchase: PurchaseInUse,
  { store, now, source, onFound }: Play,
): AsyncIterable<RequestBatch> {
  const { command, mode } = order
  if (command === 'apply') return composeApply(store, source, mode, purchase.id)
  if (command === 'undo') return composeUndo(store, findUndone(order, store), purchase)
  if (command !== 'reclaim') return askForAll(isGiving(command) ? 'give' : 'take', source)
  return composeReclaim(store, purchase, { ...order, today: dayOf(now), except: source, onFound })
}

function findUndone({ runsBack }: Order, store: Store): RecordedRun {
  return findRunToUndo(store, findLastRunId(store) - runsBack, () => false)
}

/** The number of the last run that is finished; 0 where there is none. */
export function findLastRunId(store: Store): number {
  return [...store.runs.list(null)].find(({ finishedAt }) => finishedAt !== null)?.id ?? 0
}

export function listSource({ list }: Order): RequestSource {
  return {
    name: null,
    sha256: null,
    progress: 1,
    async *readBatches() {
      if (list.length > 0) yield list
    },
  }
}
