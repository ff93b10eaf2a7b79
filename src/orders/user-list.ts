import type { Request } from '../domain/request.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import type { Store } from '../store/store.ts'
import { requestForUser } from './protected-users.ts'
import type { RequestList } from './request-source.ts'

/** Users by their ids, in that order. The usernames are those of today. */
export function createUserList(ids: readonly number[], store: Store): RequestList {
  const names = new Map(store.users.listNamed(ids).map((user) => [user.userId, user]))
  const requests = ids.map((id) => {
    const user = names.get(id)
    return user === undefined ? requestUnknown(id) : requestForUser(user)
  })
  return {
    file: null,
    isSingle: ids.length <= 1,
    async *readBatches() {
      yield* splitIntoBatches(requests, requestsPerBatch)
    },
  }
}

const requestsPerBatch = 2_000

function requestUnknown(id: number): Request {
  return { line: null, input: String(id), keys: [{ kind: 'user_id', value: id }], problem: null }
}
