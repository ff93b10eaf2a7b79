import type { Api } from '../api.ts'
import type { PlanOrder } from '../plan-order.ts'

export function orderUndo(api: Api, runId: number, onDone: () => void = () => {}): PlanOrder {
  return { title: `Undo run ${runId}`, run: (request) => api.undo(runId, request), onDone }
}
