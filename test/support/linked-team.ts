import type { ChildProcess } from 'node:child_process'
import Database from 'better-sqlite3'
import { readStore } from './read-store.ts'
import type { RunDocument } from './run-document.ts'
import { makeTeamSnapshot } from './sample-team.ts'
import { type RunningGitLab, startGitLab } from './serve.ts'
import { startTamperingProxy, type TamperingProxy } from './tampering-proxy.ts'
import { type Finished, Workdir } from './workdir.ts'

/** The team in a GitLab of its own, and a store that is linked to it and synced, with a way between them that can fail. */
export class LinkedTeam {
  readonly workdir: Workdir
  readonly proxy: TamperingProxy
  readonly #env: Record<string, string>

  constructor(workdir: Workdir, proxy: TamperingProxy, { token }: RunningGitLab) {
    this.workdir = workdir
    this.proxy = proxy
    this.#env = { GITLAB_TOKEN: token }
  }

  start(args: readonly string[]): ChildProcess {
    return this.workdir.start(args, this.#env)
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return this.workdir.run(args, { env: { ...this.#env, ...env } })
  }

  runForJson<T = RunDocument>(code: number, args: readonly string[]): Promise<T> {
    return this.workdir.runForJson<T>(code, args, { env: this.#env })
  }

  /** A second store that is linked to the same GitLab and synced. */
  async openSecondStore(): Promise<string> {
    const store = this.workdir.join('second.db')
    await this.workdir.runExpecting(0, ['link', this.proxy.url, '--store', store], { env: this.#env })
    await this.workdir.runExpecting(0, ['sync', '--store', store], { env: this.#env })
    return store
  }

  /** Changes GitLab behind the tool's back. */
  changeGitLab(sql: string): void {
    this.#open('gitlab.db', (database) => database.exec(sql))
  }

  /** Makes the store what only time could make it. */
  changeOwnStore(sql: string): void {
    this.#open('store.db', (database) => database.exec(sql))
  }

  listGitLabHolders(): string[] {
    return this.#listHolders('gitlab.db')
  }

  listOwnHolders(): string[] {
    return this.#listHolders('store.db')
  }

  /** `[input, outcome, pushed]` of every result of every run in the own store. */
  readResults(): unknown[][] {
    return this.#open('store.db', (database) =>
      database.prepare('SELECT input, outcome, pushed FROM results ORDER BY run_id, number').raw().all(),
    ) as unknown[][]
  }

  readOwnStore(): Record<string, unknown[]> {
    return readStore(this.workdir)
  }

  /** How many users each mutation named, in the order in which they came. */
  listMutations(): number[] {
    return this.proxy.seen
      .filter(({ isMutation }) => isMutation)
      .map(({ variables }) => (Array.isArray(variables['userIds']) ? variables['userIds'].length : 1))
  }

  /** Operation and number of users of each mutation, such as `TakeSeats 100`, in the order in which they came. */
  listCalls(): string[] {
    const sizes = this.listMutations()
    return this.proxy.seen
      .filter(({ isMutation }) => isMutation)
      .map(({ operation }, index) => `${operation} ${sizes[index]}`)
  }

  #listHolders(file: string): string[] {
    return this.#open(file, (database) =>
      database
        .prepare('SELECT username FROM seats JOIN users ON id = user_id ORDER BY username COLLATE NOCASE')
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

/** @param facts what is different from the usual team */
export async function openLinkedTeam(
  facts: object = {},
  serveArgs: readonly string[] = [],
): Promise<LinkedTeam> {
  const workdir = new Workdir()
  const { subscription } = makeTeamSnapshot(facts)
  const group = subscription.group === null ? [] : ['--group', subscription.group]
  const snapshot = workdir.write('gitlab.json', makeTeamSnapshot(facts))
  await workdir.runExpecting(0, ['sync', '--from', snapshot, '--store', workdir.join('gitlab.db')])
  const gitlab = await startGitLab(workdir, workdir.join('gitlab.db'), serveArgs)
  const proxy = await startTamperingProxy(gitlab.url)
  const team = new LinkedTeam(workdir, proxy, gitlab)
  await workdir.runExpecting(0, ['link', proxy.url, ...group], { env: { GITLAB_TOKEN: gitlab.token } })
  await team.runForJson(0, ['sync'])
  proxy.seen.length = 0
  return team
}
