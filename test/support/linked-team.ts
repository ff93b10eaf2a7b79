import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { CommandLine } from './command-line.ts'
import { makeStore } from './fill-store.ts'
import { listHistoryFaults } from './history-faults.ts'
import { type HostOptions, hostedToken, hostGitLab } from './host-gitlab.ts'
import { linkToGitLab, writeLinkedStore } from './link-to-gitlab.ts'
import { readStore } from './read-store.ts'
import { startAtTerminal } from './run-at-terminal.ts'
import type { RunDocument } from './run-document.ts'
import { makeTeamSnapshot } from './sample-team.ts'
import { type Passing, startTamperingProxy, type TamperingProxy } from './tampering-proxy.ts'
import { type Finished, Workdir } from './workdir.ts'

/** Short waits between retries, in milliseconds. */
const shortBackOff = { DUO_SEATS_RETRY_BASE_MS: '5' }

/** The environment of a run that waits for calls without an answer up to 20 seconds. */
export const patience = { DUO_SEATS_RETRY_BASE_MS: '100' }

/** The team in a GitLab of its own, and a store that is linked to it and synced. The proxy between them can fail. */
export class LinkedTeam {
  readonly workdir: Workdir
  /** As {@link Workdir.inProcess}, with the token. */
  readonly inProcess: CommandLine
  readonly proxy: TamperingProxy
  readonly #group: string | null
  readonly env: NodeJS.ProcessEnv

  constructor(workdir: Workdir, proxy: TamperingProxy, group: string | null) {
    this.workdir = workdir
    this.proxy = proxy
    this.#group = group
    this.env = { GITLAB_TOKEN: hostedToken, ...shortBackOff }
    this.inProcess = new CommandLine(workdir.path, (args, settings) =>
      workdir.inProcess.run(args, { ...settings, env: { ...this.env, ...settings.env } }),
    )
  }

  start(args: readonly string[]): ChildProcess {
    return this.workdir.start(args, this.env)
  }

  /** With stdin, stdout and stderr at a terminal of its own; Ctrl-C is `\u0003` on stdin. */
  startAtTerminal(args: readonly string[], columns = 80): ChildProcess {
    return startAtTerminal(this.workdir, args, this.env, columns)
  }

  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.workdir.run(args, { env: { ...this.env, ...env } })
  }

  runForJson<T = RunDocument>(
    code: number,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<T> {
    return this.workdir.runForJson<T>(code, args, { env: { ...this.env, ...env } })
  }

  /** Runs a command that leaves its changes pending. */
  runWithoutPush(...args: string[]): Promise<RunDocument> {
    return this.inProcess.runForJson(0, [...args, '--no-push'])
  }

  /** Links a store to the GitLab behind the proxy, and syncs it. @param name the file of the store */
  async link(name: string): Promise<string> {
    const store = this.workdir.join(name)
    await linkToGitLab(store, { url: this.proxy.url, group: this.#group }, hostedToken)
    return store
  }

  /** Changes GitLab as an administrator would. */
  changeGitLab(sql: string): void {
    this.#open('gitlab.db', (database) => database.exec(sql))
  }

  /** Moves a seat of the first purchase in GitLab to another user. */
  moveSeatInGitLab(loserId: number, winnerId: number): void {
    this.changeGitLab(`
      DELETE FROM seats WHERE user_id = ${loserId};
      INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, ${winnerId})
    `)
  }

  /** Changes the linked store, for states that take time or a fault. */
  changeOwnStore(sql: string): void {
    this.#open('store.db', (database) => database.exec(sql))
  }

  listGitLabHolders(): string[] {
    return this.#listHolders('gitlab.db')
  }

  listOwnHolders(): string[] {
    return this.#listHolders('store.db')
  }

  /** `[input, outcome, pushed]` of every result of every run. */
  readResults(): unknown[][] {
    return this.#open('store.db', (database) =>
      database.prepare('SELECT input, outcome, pushed FROM results ORDER BY run_id, number').raw().all(),
    ) as unknown[][]
  }

  /** Waits until the store has GitLab's answer for a result. One connection asks: opening one takes longer than its question. */
  async waitForAnswer(): Promise<void> {
    const database = new Database(this.workdir.join('store.db'), { timeout: 60_000 })
    try {
      const find = database.prepare("SELECT 1 FROM results WHERE pushed IS NOT 'pending'")
      while (find.get() === undefined) await delay(20)
    } finally {
      database.close()
    }
  }

  /** Counts the results of all runs by outcome and state, such as `assigned confirmed`. */
  countResults(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const [, outcome, pushed] of this.readResults()) {
      const key = `${outcome} ${pushed}`
      counts[key] = (counts[key] ?? 0) + 1
    }
    return counts
  }

  /** Returns the seats and results that the history of the store contradicts. */
  listHistoryFaults(): unknown[] {
    return this.#open('store.db', listHistoryFaults)
  }

  /** `[user id, address]` of every further address that the store has learned. */
  readAddresses(): unknown[] {
    return this.#open('store.db', (database) =>
      database.prepare('SELECT user_id, address FROM emails ORDER BY user_id, address').raw().all(),
    )
  }

  readOwnStore(): Record<string, unknown[]> {
    return readStore(this.workdir)
  }

  /** The number of users of each mutation, in order of arrival. */
  listMutations(): number[] {
    return this.proxy.seen
      .filter(({ isMutation }) => isMutation)
      .map(({ variables }) => (Array.isArray(variables['userIds']) ? variables['userIds'].length : 1))
  }

  /** Operation and number of users of each mutation, such as `TakeSeats 100`, in order of arrival. */
  listCalls(): string[] {
    const sizes = this.listMutations()
    return this.proxy.seen
      .filter(({ isMutation }) => isMutation)
      .map(({ operation }, index) => `${operation} ${sizes[index]}`)
  }

  #listHolders(file: string): string[] {
    return this.#open(file, (database) =>
      database
        .prepare(
          `SELECT username FROM users
          WHERE id IN (SELECT user_id FROM seats UNION SELECT user_id FROM pending_changes WHERE change = 'give')
          ORDER BY username COLLATE NOCASE`,
        )
        .pluck()
        .all(),
    ) as string[]
  }

  #open<T>(file: string, work: (database: Database.Database) => T): T {
    const database = new Database(this.workdir.join(file), { timeout: 60_000 })
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
}

/** Whether a mutation is about a user. */
export function containsUser({ variables: { userIds, userId } }: Passing, id: number): boolean {
  return [userIds, userId].flat().includes(`gid://gitlab/User/${id}`)
}

/** @param facts the differences from the usual team */
export async function openLinkedTeam(facts: object = {}, options: HostOptions = {}): Promise<LinkedTeam> {
  const workdir = new Workdir()
  const snapshot = makeTeamSnapshot(facts)
  const gitlab = await hostGitLab(workdir.write('gitlab.db', await makeStore(snapshot)), options)
  const proxy = await startTamperingProxy(gitlab.url)
  const { group } = snapshot.subscription
  const target = { url: proxy.url, group }
  const content = JSON.stringify([snapshot, options.version, options.hidesEmails])
  await writeLinkedStore(workdir.join('store.db'), target, hostedToken, content)
  proxy.seen.length = 0
  return new LinkedTeam(workdir, proxy, group)
}
