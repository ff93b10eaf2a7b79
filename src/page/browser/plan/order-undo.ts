import type { Api } from '../api.ts'
import type { PlanOrder } from './use-plan.ts'

export function orderUndo(api: Api, runId: number, onDone: () => void = () => {}): PlanOrder {
  return { title: `Undo run ${runId}`, run: (request) => api.undo(runId, request), onDone }
}
