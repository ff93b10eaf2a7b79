import type { AddOn } from '../../domain/add-on.ts'
import type {
  RunAgreement,
  RunDocument,
  RunRequest,
  StatusDocument,
  SyncDocument,
  UserIdsDocument,
  UsersDocument,
} from './documents.ts'
import type { HistoryDocument, RunsDocument, ShownRunDocument } from './history/history-documents.ts'
import { isAbort, noAnswer, readFailure } from './request-failure.ts'
import type { ReclaimableDocument, ReclaimRequest, UsageDocument } from './usage/usage-documents.ts'

/** All reject with a RequestFailure, or with an AbortError. */
export interface Api {
  readStatus(): Promise<StatusDocument>
  /** @param query the filter and the order, as a query string */
  readUsers(query: string, offset: number, limit: number, signal: AbortSignal): Promise<UsersDocument>
  readUserIds(query: string): Promise<UserIdsDocument>
  readUsage(query: string, signal: AbortSignal): Promise<UsageDocument>
  readReclaimable(addOn: AddOn, signal: AbortSignal): Promise<ReclaimableDocument>
  readHistory(query: string, signal: AbortSignal): Promise<HistoryDocument>
  readRuns(query: string, signal: AbortSignal): Promise<RunsDocument>
  readRun(runId: number, signal: AbortSignal): Promise<ShownRunDocument>
  run(request: RunRequest | ReclaimRequest): Promise<RunDocument>
  undo(runId: number, request: RunAgreement): Promise<RunDocument>
  sync(): Promise<SyncDocument>
  get<Document>(path: string, signal?: AbortSignal): Promise<Document>
  post<Document>(path: string, body: object): Promise<Document>
  /** Sends the bytes as they are. */
  upload<Document>(path: string, bytes: Blob): Promise<Document>
  openChanges(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
}

export function createApi(secret: string): Api {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const type = init.body instanceof Blob ? 'text/csv' : 'application/json'
    const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': type }
    const response = await fetch(`/api/${path}`, { ...init, headers }).catch((error: unknown) => {
      throw isAbort(error) ? error : noAnswer()
    })
    if (!response.ok) throw await readFailure(response)
    return response
  }
  const read = async <Document>(path: string, init?: RequestInit): Promise<Document> => {
    const response = await ask(path, init)
    return response.json().catch((error: unknown) => {
      throw isAbort(error) ? error : noAnswer()
    })
  }
  const send = <Document>(path: string, body: object) =>
    read<Document>(path, { method: 'POST', body: JSON.stringify(body) })
  return {
    readStatus: () => read('status'),
    readUsers: (query, offset, limit, signal) =>
      read(`users?${query}&offset=${offset}&limit=${limit}`, { signal }),
    readUserIds: (query) => read(`user-ids?${query}`),
    readUsage: (query, signal) => read(`usage?${query}`, { signal }),
    readReclaimable: (addOn, signal) => read(`reclaimable?add_on=${addOn}`, { signal }),
    readHistory: (query, signal) => read(`history?${query}`, { signal }),
    readRuns: (query, signal) => read(`runs?${query}`, { signal }),
    readRun: (runId, signal) => read(`runs/${runId}`, { signal }),
    run: (request) => send('runs', request),
    undo: (runId, request) => send(`runs/${runId}/undo`, request),
    sync: () => send('sync', {}),
    get: (path, signal) => read(path, signal === undefined ? {} : { signal }),
    post: send,
    upload: (path, bytes) => read(path, { method: 'POST', body: bytes }),
    openChanges: async (signal) => (await ask('changes', { signal })).body ?? new ReadableStream(),
  }
}
