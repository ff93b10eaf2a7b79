import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

interface ServedRequests {
  /**
   * Refuses new requests at once.
   *
   * @param graceMs for running requests, once the work is over
   */
  stop(graceMs: number, work?: Promise<unknown>): Promise<void>
}

/** @param answer never rejects */
export function serveRequests(
  server: Server,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): ServedRequests {
  const running = new Set<Promise<void>>()
  server.on('request', (request, response) => {
    const answering = answer(request, response).finally(() => running.delete(answering))
    running.add(answering)
  })
  return {
    stop: async (graceMs, work) => {
      const closed = new Promise((done) => server.close(done))
      server.closeIdleConnections()
      await work
      await Promise.race([Promise.all(running), delay(graceMs, undefined, { ref: false })])
      server.closeAllConnections()
      await closed
    },
  }
}
