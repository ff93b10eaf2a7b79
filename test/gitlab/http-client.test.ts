import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { explainFailure } from '../../src/gitlab/http/connection-failure.ts'
import { createHttpClient, type HttpClient } from '../../src/gitlab/http/http-client.ts'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { listenUntilTestFinished, startHttpPeer } from '../support/http-peer.ts'

const text = JSON.stringify({ name: 'Zoë 🦊', more: 'x'.repeat(100_000) })

const packed = { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) }

const connectTimeoutMs = 10_000

const { signal } = new AbortController()

async function ask(send: HttpClient, url: string, method: 'GET' | 'HEAD' | 'POST' = 'POST'): Promise<string> {
  const { body } = await send(url, { method, headers: {}, body: method === 'POST' ? 'hello' : null, signal })
  return body
}

/**
 * A server that accepts connections and stays silent.
 *
 * @returns its host and port
 */
async function startSilentPeer(onConnection = () => {}): Promise<string> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    onConnection()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Stops all timers until the test advances them. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** How a client reaches its peer. A proxy needs one with TLS. */
const routes: [string, boolean, () => Promise<HttpClient>][] = [
  ['a direct connection', false, async () => createHttpClient(null)],
  [
    'a proxy',
    true,
    async () => createHttpClient({ url: (await startForwardProxy()).url, authorization: null }),
  ],
]

describe.each(routes)('over %s, the client', (_, tls, open) => {
  test('the client asks for gzip and unpacks it', async () => {
    const peer = await startHttpPeer([packed], { tls })
    expect(await ask(await open(), peer.url)).toBe(text)
    expect(peer.seen[0]?.headers['accept-encoding']).toBe('gzip')
  })

  test('the client reads an answer without gzip, and cuts its byte order mark', async () => {
    const peer = await startHttpPeer([{ body: `\ufeff${text}` }], { tls })
    expect(await ask(await open(), peer.url)).toBe(text)
  })

  test('the client reads no body of an answer to HEAD, whatever the headers announce', async () => {
    const peer = await startHttpPeer([packed], { tls })
    expect(await ask(await open(), peer.url, 'HEAD')).toBe('')
  })

  test('the client rejects half of a packed answer', async () => {
    const half = { ...packed, body: packed.body.subarray(0, packed.body.length / 2) }
    const peer = await startHttpPeer([half], { tls })
    await expect(ask(await open(), peer.url)).rejects.toThrow('unexpected end of file')
  })

  test('the client keeps the connection for the next request', async () => {
    const peer = await startHttpPeer([{ body: text }], { tls })
    const send = await open()
    await ask(send, peer.url)
    await ask(send, peer.url)
    expect([peer.seen.length, peer.connections]).toEqual([2, 1])
  })

  test('the client opens a connection for each of several requests at a time, and keeps them all', async () => {
    const peer = await startHttpPeer([{ body: text }], { tls })
    const send = await open()
    const askFourTimes = () => Promise.all(Array.from({ length: 4 }, () => ask(send, peer.url)))
    expect(await askFourTimes()).toEqual([text, text, text, text])
    await askFourTimes()
    expect([peer.seen.length, peer.connections]).toEqual([8, 4])
  })

  test('the client does not apply the timeout of a connection to the answer', async () => {
    stopTimers()
    const peer = await startHttpPeer(
      () => {
        vi.advanceTimersByTime(3 * connectTimeoutMs)
        return { body: text, bodyDelayMs: 20 }
      },
      { tls },
    )
    expect(await ask(await open(), peer.url)).toBe(text)
  })
})

describe('a connection timeout', () => {
  const expireOnConnection = () => setImmediate(() => vi.advanceTimersByTime(connectTimeoutMs))

  test('a connection timeout of a server that stays silent before TLS counts as unsent', async () => {
    stopTimers()
    const url = `https://${await startSilentPeer(expireOnConnection)}`
    const failure = await ask(createHttpClient(null), url).catch((error: unknown) => error)
    expect(explainFailure(failure)).toMatchObject({
      kind: 'unsent',
      why: 'timeout, no connection within 10 s',
    })
  })

  test('a connection timeout of a proxy that stays silent counts as unsent', async () => {
    stopTimers()
    const proxy = { url: `http://${await startSilentPeer(expireOnConnection)}`, authorization: null }
    const failure = await ask(createHttpClient(proxy), 'https://127.0.0.1:9').catch((error: unknown) => error)
    expect(explainFailure(failure)).toMatchObject({
      kind: 'unsent',
      why: 'timeout, no connection within 10 s',
    })
  })
})

test('an aborted request closes its connection to a proxy that stays silent', async () => {
  const aborting = new AbortController()
  let closed: Promise<void> | null = null
  const server = createServer((socket) => {
    closed = new Promise((resolve) => socket.on('error', () => {}).on('close', () => resolve()))
    socket.on('data', () => aborting.abort(new Error('Ctrl-C')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const request = { method: 'GET', headers: {}, body: null, signal: aborting.signal } as const
  await expect(
    createHttpClient({ url, authorization: null })('https://127.0.0.1:9', request),
  ).rejects.toThrow()
  await closed
})

describe('an answer of more than 64 MiB', () => {
  const mebibyte = Buffer.alloc(2 ** 20, ' ')
  const tooLong = 'answered with more than 64 MiB'

  test('an answer of more than 64 MiB is rejected although it is small before it is unpacked', async () => {
    const body = gzipSync(Buffer.alloc(65 * 2 ** 20))
    const peer = await startHttpPeer([{ headers: { 'content-encoding': 'gzip' }, body }])
    await expect(ask(createHttpClient(null), peer.url)).rejects.toThrow(tooLong)
  })

  test('an answer of more than 64 MiB is rejected before its end, and its connection is closed', async () => {
    let sent = 0
    let end = () => {}
    const closed = new Promise<void>((resolve) => (end = resolve))
    const server = createHttpServer((_, response) => {
      const send = () => {
        for (let isRoom = true; isRoom && !response.destroyed; sent += 1) isRoom = response.write(mebibyte)
      }
      response.on('drain', send).on('close', end)
      send()
    })
    const url = `http://127.0.0.1:${await listenUntilTestFinished(server)}`
    await expect(ask(createHttpClient(null), url)).rejects.toThrow(tooLong)
    await closed
    expect(sent).toBeLessThan(256)
  })

  test('an answer of more than 64 MiB is the limit: 64 MiB are read', async () => {
    const peer = await startHttpPeer([{ body: Buffer.alloc(64 * 2 ** 20, ' ') }])
    expect(await ask(createHttpClient(null), peer.url)).toHaveLength(64 * 2 ** 20)
  })
})

test('the unpacking of an answer ends with the signal of its request', async () => {
  const aborting = new AbortController()
  const peer = await startHttpPeer([
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(60 * 2 ** 20)) },
  ])
  const request = { method: 'GET', headers: {}, body: null, signal: aborting.signal } as const
  const reading = createHttpClient(null)(peer.url, request)
  setImmediate(() => aborting.abort(new Error('Ctrl-C')))
  await expect(reading).rejects.toThrow()
})
