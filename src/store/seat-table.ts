import type Sqlite from 'better-sqlite3'
import type { Day } from '../domain/day.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import { isShown, type SeatFilter, type SeatSort, sortUsers } from '../domain/seat-table.ts'
import type { Offering } from '../domain/user.ts'
import { UserSearch } from '../domain/user-search.ts'
import { type ListedRow, toListedUser } from './user-row.ts'
import { selectAllUsers } from './users.ts'

const maxKeptLists = 16

/** Equal lists have equal JSON. */
export interface SeatTableList {
  addOnPurchaseId: number
  offering: Offering
  filter: SeatFilter
  /** The last day of a use that counts as idle. */
  idleLimit: Day
  /** Part of a username, a name or an address; null: all. */
  search: string | null
  sort: SeatSort
  isReversed: boolean
}

export interface SeatTablePage {
  /** Without the limit. */
  total: number
  users: ListedUser[]
}

/** All users with their seats, as a table that is scrolled, searched and sorted. Kept in memory until the store changes. */
export class SeatTable {
  readonly #database: Sqlite.Database
  readonly #tables = new Map<string, LoadedTable>()
  #dataVersion: unknown = null

  constructor(database: Sqlite.Database) {
    this.#database = database
  }

  /** Changes with every commit of another connection, in this process or another one. */
  readVersion(): unknown {
    return this.#database.pragma('data_version', { simple: true })
  }

  read(list: SeatTableList, offset: number, limit: number): SeatTablePage {
    const { users, positions } = this.#open(list)
    const page = [...positions.subarray(offset, offset + limit)]
    return { total: positions.length, users: page.flatMap((position) => users[position] ?? []) }
  }

  /** In the same order, all of them. */
  readIds(list: SeatTableList): number[] {
    const { users, positions } = this.#open(list)
    return [...positions].flatMap((position) => users[position]?.userId ?? [])
  }

  /** Users with a seat, once every pending change is done. */
  readHolders(addOnPurchaseId: number, offering: Offering): ListedUser[] {
    return this.#table(addOnPurchaseId, offering).users.filter(({ holdsSeat }) => holdsSeat)
  }

  #open(list: SeatTableList): { users: readonly ListedUser[]; positions: Uint32Array } {
    const table = this.#table(list.addOnPurchaseId, list.offering)
    return { users: table.users, positions: table.list(list) }
  }

  #table(addOnPurchaseId: number, offering: Offering): LoadedTable {
    const version = this.readVersion()
    if (version !== this.#dataVersion) this.#tables.clear()
    this.#dataVersion = version
    const key = `${addOnPurchaseId} ${offering}`
    const table = this.#tables.get(key) ?? new LoadedTable(this.#load(addOnPurchaseId, offering))
    this.#tables.set(key, table)
    return table
  }

  /** One JSON array: a row each would double the time. */
  #load(addOnPurchaseId: number, offering: Offering): ListedUser[] {
    const sql = `SELECT json_group_array(json_array(${listedColumns})) FROM (${selectAllUsers})`
    const rows = this.#database.prepare<[object], string>(sql).pluck().get({ addOnPurchaseId }) ?? '[]'
    const users = (JSON.parse(rows) as ListedCells[]).map((cells) => toListedUser(toRow(cells), offering))
    return [...sortUsers(users, 'username', false)].flatMap((position) => users[position] ?? [])
  }
}

const listedColumns =
  'id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on, gone_at, holds_seat, is_pending, assigned_at, seen_at'

type ListedCells = [
  id: number,
  username: string,
  name: string,
  email: string | null,
  state: string,
  type: string,
  member: number,
  lastActivityOn: string | null,
  lastDuoActivityOn: string | null,
  goneAt: string | null,
  holdsSeat: number,
  isPending: number,
  assignedAt: string | null,
  seenAt: string | null,
]

function toRow(cells: ListedCells): ListedRow {
  return {
    id: cells[0],
    username: cells[1],
    name: cells[2],
    email: cells[3],
    state: cells[4],
    type: cells[5],
    member: cells[6],
    last_activity_on: cells[7],
    last_duo_activity_on: cells[8],
    gone_at: cells[9],
    holds_seat: cells[10],
    is_pending: cells[11],
    assigned_at: cells[12],
    seen_at: cells[13],
  }
}

class LoadedTable {
  /** By username. */
  readonly users: readonly ListedUser[]
  readonly #orders = new Map<string, Uint32Array>()
  readonly #lists = new Map<string, Uint32Array>()
  #search: UserSearch | null = null

  constructor(users: readonly ListedUser[]) {
    this.users = users
  }

  list(list: SeatTableList): Uint32Array {
    const key = JSON.stringify(list)
    const known = this.#lists.get(key)
    if (known !== undefined) return known
    if (this.#lists.size >= maxKeptLists) this.#lists.clear()
    const positions = this.#filter(this.#sort(list), list)
    this.#lists.set(key, positions)
    return positions
  }

  #sort({ sort, isReversed }: SeatTableList): Uint32Array {
    const key = `${sort} ${isReversed}`
    const order = this.#orders.get(key) ?? sortUsers(this.users, sort, isReversed)
    this.#orders.set(key, order)
    return order
  }

  #filter(order: Uint32Array, { filter, search, idleLimit }: SeatTableList): Uint32Array {
    const found = search === null ? order : this.#find(order, search)
    if (filter === 'all') return found
    return found.filter((position) => {
      const user = this.users[position]
      return user !== undefined && isShown(user, filter, idleLimit)
    })
  }

  #find(order: Uint32Array, search: string): Uint32Array {
    this.#search ??= new UserSearch(this.users)
    const matches = this.#search.find(search)
    return order.filter((position) => matches[position] === 1)
  }
}
