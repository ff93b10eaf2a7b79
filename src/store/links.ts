import type { HiddenAddresses } from '../domain/hidden-addresses.ts'
import type { Link } from '../domain/link.ts'
import type { Statement, Statements } from './statements.ts'

export class Links {
  readonly #find: Statement<[], Link>
  readonly #record: Statement<[Link]>
  readonly #forget: Statement<[]>
  readonly #findHidden: Statement<[], HiddenAddresses>
  readonly #recordHidden: Statement<[HiddenAddresses]>

  constructor(statements: Statements) {
    this.#find = statements.prepare('SELECT url, group_path AS "group", linked_at AS linkedAt FROM link')
    this.#record = statements.prepare(`
      INSERT INTO link (id, url, group_path, linked_at) VALUES (1, :url, :group, :linkedAt)
      ON CONFLICT (id) DO UPDATE SET
        url = excluded.url, group_path = excluded.group_path, linked_at = excluded.linked_at
    `)
    this.#forget = statements.prepare('DELETE FROM link')
    this.#findHidden = statements.prepare(
      'SELECT users_without_address AS hidden, users FROM link WHERE users IS NOT NULL',
    )
    this.#recordHidden = statements.prepare('UPDATE link SET users_without_address = :hidden, users = :users')
  }

  find(): Link | null {
    return this.#find.get() ?? null
  }

  isLinked(): boolean {
    return this.find() !== null
  }

  record(link: Link): void {
    this.#record.run(link)
  }

  /** Null before the first sync. */
  findHiddenAddresses(): HiddenAddresses | null {
    return this.#findHidden.get() ?? null
  }

  recordHiddenAddresses(found: HiddenAddresses): void {
    this.#recordHidden.run(found)
  }

  forget(): void {
    this.#forget.run()
  }
}
