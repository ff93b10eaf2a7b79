import { readCell } from '../domain/people/read-cell.ts'
import type { Request } from '../domain/request.ts'
import type { RequestList } from './request-source.ts'

/** Usernames, with or without `@`, or email addresses. */
export function createNameList(names: readonly string[]): RequestList {
  const requests = names.map(createRequest)
  return {
    file: null,
    isSingle: names.length <= 1,
    async *readBatches() {
      if (requests.length > 0) yield requests
    },
  }
}

function createRequest(name: string): Request {
  const input = name.trim()
  return { line: null, input, ...readCell(input, 'username') }
}
