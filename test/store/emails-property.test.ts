import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldAddress } from '../../src/domain/people/fold-address.ts'
import type { User } from '../../src/domain/user.ts'
import { applyIncoming } from '../../src/sync/apply-incoming.ts'
import { foldAddresses, listSpellings } from '../../src/sync/fold-addresses.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import { quietly } from '../support/play-order.ts'
import { makeSnapshot, makeUser, now } from './sample-store.ts'

/** The token may see addresses or not, or a snapshot has all of them. */
type Sight = 'sees' | 'hidden' | 'snapshot'

interface GitLabUser {
  id: number
  /** GitLab shows it to all. */
  email: string | null
  /** Confirmed; different users have different ones. */
  confirmed: string[]
}

const spellings = [
  'ada@x.org',
  'ADA@x.org',
  'Bob@x.org',
  'zoë@x.org',
  'ZOË@x.org',
  'ZOE\u0308@x.org',
  'cleo@x.org',
]

/** Each address goes to at most one user, who may show it. */
const gitlabUsers: fc.Arbitrary<GitLabUser[]> = fc
  .record({
    ids: fc.uniqueArray(fc.constantFrom(1, 2, 3), { minLength: 1 }),
    owners: fc.array(fc.constantFrom(0, 1, 2, 3), {
      minLength: spellings.length,
      maxLength: spellings.length,
    }),
    shows: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  })
  .map(({ ids, owners, shows }) => {
    const taken = new Set<string>()
    const owned = spellings.flatMap((address, index) => {
      const isFree = !taken.has(foldAddress(address))
      taken.add(foldAddress(address))
      return isFree ? [{ address, owner: owners[index] }] : []
    })
    return ids.map((id) => {
      const confirmed = owned.filter(({ owner }) => owner === id).map(({ address }) => address)
      return { id, confirmed, email: (shows[id] && confirmed[0]) || null }
    })
  })

const sights = fc.constantFrom<Sight>('sees', 'hidden', 'snapshot')
const history = fc.array(fc.tuple(gitlabUsers, sights), { minLength: 1, maxLength: 5 })

class Addresses {
  readonly #emptied = takeEmptiedStore()

  /** `id address` of each row. */
  read(): string[] {
    return this.#emptied.database
      .prepare<[], string>("SELECT user_id || ' ' || address FROM emails ORDER BY 1")
      .pluck()
      .all()
  }

  /** `id address` of each row whose address SQLite finds in the users as well. */
  readTwice(): unknown[] {
    return this.#emptied.database
      .prepare(
        'SELECT address FROM emails JOIN users ON users.id = user_id AND email = address COLLATE NOCASE',
      )
      .all()
  }

  async sync(known: readonly GitLabUser[], sight: Sight): Promise<void> {
    const { incoming, changes } = await this.#emptied.store.openIncoming()
    const users = known.map(({ id, email }): User => makeUser(id, `user${id}`, { email }))
    const seen = sight === 'hidden' ? [] : known
    const emails = seen.flatMap(({ id, confirmed }) =>
      foldAddresses(confirmed.map((address) => ({ userId: id, address }))),
    )
    incoming.add({ users, emails, spellings: listSpellings(users) })
    const { subscription, addOnPurchases } = makeSnapshot()
    const addressFacts = { hiddenAddresses: null, hasAllAddresses: sight === 'snapshot' }
    const state = { takenAt: now, seenAt: now, subscription, addOnPurchases, ...addressFacts }
    const context = { ...quietly, store: this.#emptied.store, incoming, changes, now, readClock: () => now }
    await this.#emptied.store.transact(() => applyIncoming(state, context), quietly)
  }
}

/** The rows that a complete reading needs: SQLite finds the other addresses in the users. */
function listRows(users: readonly GitLabUser[]): string[] {
  return users
    .flatMap(({ id, email, confirmed }) =>
      confirmed
        .map(foldAddress)
        .filter((address) => address !== email?.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()))
        .map((address) => `${id} ${address}`),
    )
    .toSorted()
}

function listSpelt(users: readonly GitLabUser[]): string[] {
  return listRows(users.map((user) => ({ ...user, confirmed: user.email === null ? [] : [user.email] })))
}

test('after any syncs, each visible address leads to its user alone, and hidden ones add no row', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const addresses = new Addresses()
      for (const [users, sight] of steps) {
        const before = addresses.read()
        await addresses.sync(users, sight)
        const rows = addresses.read()
        const wanted = listRows(users)
        expect(addresses.readTwice()).toEqual([])
        if (sight === 'snapshot') expect(rows).toEqual(wanted)
        if (sight === 'hidden')
          expect(rows.filter((row) => !before.includes(row) && !listSpelt(users).includes(row))).toEqual([])
        if (sight === 'sees') {
          const visible = new Set(wanted.map((row) => row.split(' ')[1]))
          expect(rows.filter((row) => visible.has(row.split(' ')[1]))).toEqual(wanted)
        }
      }
    }),
  )
})
