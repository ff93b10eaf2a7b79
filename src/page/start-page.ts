import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Environment } from '../config.ts'
import type { WorkEvent } from '../domain/work-event.ts'
import type { UserError } from '../errors.ts'
import type { TokenOptions } from '../input/token/find-token.ts'
import type { ReadTypedToken } from '../input/token/read-token-file.ts'
import { Gate } from '../local-http/gate.ts'
import { listen } from '../local-http/listen.ts'
import { serveRequests } from '../local-http/serve-requests.ts'
import { Session } from '../session.ts'
import type { Store } from '../store/store.ts'
import { answerRequest, type PageParts } from './answer-request.ts'
import { ChangeFeed } from './change-feed.ts'
import {
  createSecret,
  deriveReadOnly,
  type KeptAddress,
  keepAddress,
  readKeptAddress,
} from './kept-address.ts'
import { ListShelf } from './list-shelf.ts'
import { Opening } from './opening.ts'
import { sendAnswer } from './page-answer.ts'
import type { PageContext } from './page-context.ts'
import { PageWork } from './page-work.ts'
import { readStatus } from './read-status.ts'
import { StoreFile } from './store-file.ts'

/** Only this machine can reach it. */
const host = '127.0.0.1'

/** For answers to requests that are still arriving when the page ends. */
const answerMs = 1_000

interface PageOptions {
  /** 0 takes a free port, null that of the last time, if it is free. */
  port: number | null
  isReadOnly: boolean
  /** A command line that starts the same page again. */
  startCommand: string
  env: Environment
  storePath: string
  tell: (event: WorkEvent) => void
  /** For each connection with GitLab. */
  gitlab: TokenOptions & { timeoutMs: number }
  /** Absent if no user types standard input. */
  readTypedToken?: ReadTypedToken | undefined
  /** With the files of the browser. Default: the folder `page` beside the bundle. */
  filesFolder?: string
}

export interface RunningPage {
  /** With the secret. */
  address: string
  /** Leads to the address once, within a minute. */
  openingAddress: string
  /** Whether a change, a plan or a sync is at work. */
  isAtWork(): boolean
  /**
   * Refuses new requests, and waits for what is being written.
   *
   * @returns how a change or a sync was interrupted; null without an interruption
   */
  stop(): Promise<UserError | null>
}

/**
 * @param store open for as long as the page runs
 * @throws UserError when the store is empty, or the server cannot listen on the port
 */
export async function startPage(store: Store, options: PageOptions): Promise<RunningPage> {
  const context = await createContext(store, options)
  // Loads the table, so that the first request finds it.
  await readStatus(context)
  const server = createServer({ requestTimeout: 60_000 })
  const { port, secret: kept } = await takeAddress(server, options)
  const secret = options.isReadOnly ? deriveReadOnly(kept) : kept
  const opening = new Opening(performance.now())
  const filesFolder = options.filesFolder ?? join(__dirname, 'page')
  const parts: PageParts = { gate: new Gate(host, port, secret), opening, secret, context, filesFolder }
  let isStopping = false
  const requests = serveRequests(server, (request, response) =>
    serve(parts, request, response, () => isStopping),
  )
  return {
    address: `http://${host}:${port}/#${secret}`,
    openingAddress: `http://${host}:${port}${opening.path}`,
    isAtWork: () => context.work.isRunning,
    stop: async () => {
      isStopping = true
      const ended = context.work.end()
      context.feed.close()
      await requests.stop(answerMs, ended)
      await context.lists.close()
      return ended
    },
  }
}

/** The address of the last time, so that an open browser goes on. */
async function takeAddress(server: Server, { port, storePath }: PageOptions): Promise<KeptAddress> {
  const kept = await readKeptAddress(storePath)
  const address = {
    port: port === null ? await listenAgain(server, kept?.port ?? 0) : await listen(server, host, port),
    secret: kept?.secret ?? createSecret(),
  }
  if (kept === null) await keepAddress(storePath, address)
  return address
}

/** Another page of the store may have the port. */
async function listenAgain(server: Server, port: number): Promise<number> {
  return listen(server, host, port).catch(() => listen(server, host, 0))
}

async function createContext(store: Store, options: PageOptions): Promise<PageContext> {
  const { env, storePath, tell, isReadOnly, startCommand, gitlab, readTypedToken } = options
  const table = await store.openSeatTable()
  const storeFile = new StoreFile(storePath)
  const feed = new ChangeFeed(() => `${table.readVersion()} ${storeFile.isThere()}`)
  const work = new PageWork({ feed, tell })
  const session = new Session({ env, storePath, signal: work.signal, tell: work.tell, readTypedToken })
  const actor = { ...session.actor, actor: `${session.actor.actor} (page)` }
  const connect: PageContext['connect'] = (link) => session.connect(link, { ...gitlab, readsPurchases: true })
  const lists = new ListShelf()
  return { store, storeFile, table, session, actor, isReadOnly, startCommand, connect, work, lists, feed }
}

async function serve(
  parts: PageParts,
  request: IncomingMessage,
  response: ServerResponse,
  isStopping: () => boolean,
): Promise<void> {
  const answer = await answerRequest(parts, request)
  try {
    if (answer === 'changes') parts.context.feed.listen(response)
    else sendAnswer(response, answer, isStopping())
  } catch (error) {
    // The browser asks again.
    response.destroy(error instanceof Error ? error : undefined)
  }
}
