import type * as v from 'valibot'
import { foldName } from '../../domain/people/person-key.ts'
import { describeUnknownValues, type User, type UserAddress } from '../../domain/user.ts'
import { DocumentCheck } from './document-check.ts'
import type { KnownUsers } from './read-groups.ts'
import { userSchema } from './snapshot-schema.ts'
import { UniqueValues } from './unique-values.ts'

const mostUnknownValues = 5

/** Checks the users of a snapshot one by one. It keeps ids and names, as other parts refer to them. */
export class UserCheck implements KnownUsers {
  readonly check = new DocumentCheck()
  /** Sentences about states and types of a newer GitLab, each once. */
  readonly unknownValues = new Set<string>()
  readonly #ids = new UniqueValues<number>(this.check.faults, 'users', 'id')
  readonly #names = new UniqueValues<string>(this.check.faults, 'users', 'username')
  #idList: number[] | null = null

  /** Null after a fault of the user alone. */
  read(value: unknown, index: number): { user: User; addresses: UserAddress[] } | null {
    const user = this.check.readElement('users', value, index, userSchema)
    if (user === null) return null
    this.#ids.claim(user.id, index)
    this.#names.claim(foldName(user.username), index, user.username)
    this.#noteUnknownValues(user)
    return { user: toUser(user), addresses: listAddresses(user) }
  }

  #noteUnknownValues(user: v.InferOutput<typeof userSchema>): void {
    if (this.unknownValues.size < mostUnknownValues)
      for (const sentence of describeUnknownValues(user, 'The snapshot')) this.unknownValues.add(sentence)
  }

  hasId(id: number): boolean {
    return this.#ids.has(id)
  }

  findId(name: string): number | undefined {
    const index = this.#names.indexOf(name)
    if (index === undefined) return undefined
    this.#idList ??= this.#ids.list()
    return this.#idList[index]
  }
}

function listAddresses({ id, emails }: v.InferOutput<typeof userSchema>): UserAddress[] {
  const addresses = (emails ?? []).filter((address) => address.trim() !== '')
  return addresses.map((address) => ({ userId: id, address }))
}

function toUser(user: v.InferOutput<typeof userSchema>): User {
  const { id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on } = user
  return {
    id,
    username,
    name,
    // Some GitLab APIs return a hidden address as an empty string, others as null.
    email: email === '' ? null : email,
    state,
    type,
    member,
    lastActivityOn: last_activity_on,
    lastDuoActivityOn: last_duo_activity_on,
  }
}
