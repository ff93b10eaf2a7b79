import type {
  ReclaimRequest,
  RunAgreement,
  RunDocument,
  RunRequest,
  StatusDocument,
  SyncDocument,
  UserIdsDocument,
  UsersDocument,
} from './documents.ts'
import { isAbort, noAnswer, readFailure } from './request-failure.ts'

/** All reject with a RequestFailure, or with an AbortError. */
export interface Api {
  readStatus(): Promise<StatusDocument>
  /** @param query the filter and the order, as a query string */
  readUsers(query: string, offset: number, limit: number, signal: AbortSignal): Promise<UsersDocument>
  readUserIds(query: string): Promise<UserIdsDocument>
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
    run: (request) => send('runs', request),
    undo: (runId, request) => send(`runs/${runId}/undo`, request),
    sync: () => send('sync', {}),
    get: (path, signal) => read(path, signal === undefined ? {} : { signal }),
    post: send,
    upload: (path, bytes) => read(path, { method: 'POST', body: bytes }),
    openChanges: async (signal) => (await ask('changes', { signal })).body ?? new ReadableStream(),
  }
}
