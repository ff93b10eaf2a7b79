import type { RequestAction, RequestBatch, RequestSource } from '../domain/request.ts'

/** Asks the same for everybody whom a source names. */
export async function* askForAll(action: RequestAction, source: RequestSource): AsyncIterable<RequestBatch> {
  for await (const requests of source.readBatches()) yield { action, requests }
}
