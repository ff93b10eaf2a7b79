import type { ListChoices } from '../domain/list-choices.ts'
import type { Request } from '../domain/request.ts'
import type { RequestList } from './request-source.ts'

/** A settled row counts as a row with nothing but the chosen id. Its input stays as it was. */
export function settleList(list: RequestList, choices: ListChoices): RequestList {
  return {
    file: list.file,
    recorded: recordChoices(choices),
    async *readBatches() {
      for await (const requests of list.readBatches()) {
        const counted = requests.filter(({ line }) => line === null || !choices.leftOut.has(line))
        if (counted.length > 0) yield counted.map((request) => settle(request, choices))
      }
    },
  }
}

function settle(request: Request, { settled }: ListChoices): Request {
  const userId = request.line === null ? undefined : settled.get(request.line)
  if (userId === undefined) return request
  const { line, input } = request
  return { line, input, keys: [{ kind: 'user_id', value: userId }], problem: null, idSource: 'choice' }
}

/** The hash of the file does not contain them. */
function recordChoices({ settled, leftOut }: ListChoices): RequestList['recorded'] {
  return {
    ...(settled.size > 0 && { settled: [...settled].map(([line, userId]) => `${line}:${userId}`) }),
    ...(leftOut.size > 0 && { left_out: [...leftOut].map(String) }),
  }
}
