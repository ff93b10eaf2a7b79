import type { MemberList } from './member-list.ts'
import { createNameList } from './name-list.ts'
import type { RequestList } from './request-source.ts'

/** The users of a file and the members of groups, either of them optional. */
export function joinExceptions(file: RequestList | null, members: MemberList | null): RequestList {
  const named = file ?? createNameList([])
  if (members === null) return named
  return {
    file: named.file,
    load: (gitlab) => members.load(gitlab),
    get recorded() {
      const { members_of, ...options } = members.recorded
      return { except_members_of: members_of, ...options }
    },
    async *readBatches() {
      yield* named.readBatches()
      yield* members.readBatches()
    },
    async *readWanted(context) {
      yield* named.readBatches()
      yield* members.readWanted(context)
    },
  }
}
