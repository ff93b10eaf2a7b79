import { type AddressInfo, createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { judgeFailure } from '../../src/gitlab/http/connection-failure.ts'
import { type HttpClient, openHttpClient } from '../../src/gitlab/http/http-client.ts'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { startHttpPeer } from '../support/http-peer.ts'

const text = JSON.stringify({ name: 'Zoë 🦊', more: 'x'.repeat(100_000) })

const packed = { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) }

async function openProxied(): Promise<HttpClient> {
  const proxy = await startForwardProxy()
  return openHttpClient({ url: proxy.url, authorization: null })
}

async function ask(send: HttpClient, url: string, method: 'GET' | 'HEAD' | 'POST' = 'POST'): Promise<string> {
  const { signal } = new AbortController()
  const response = await send(url, { method, headers: {}, body: method === 'POST' ? 'hello' : null, signal })
  return response.text()
}

/** @returns the address of a server that takes connections and says nothing */
async function startMutePeer(): Promise<string> {
  const sockets: Socket[] = []
  const server = createServer((socket) => sockets.push(socket.on('error', () => {})))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe.each([
  ['directly', () => openHttpClient(null)],
  ['through a proxy', openProxied],
])('an answer %s', (_, open) => {
  test('that is packed is asked for and unpacked', async () => {
    const peer = await startHttpPeer([packed])
    expect(await ask(await open(), peer.url)).toBe(text)
    expect(peer.seen[0]?.headers['accept-encoding']).toBe('gzip')
  })

  test('that is not packed is taken as it is, without its byte order mark', async () => {
    const peer = await startHttpPeer([{ body: `\ufeff${text}` }])
    expect(await ask(await open(), peer.url)).toBe(text)
  })

  test('to HEAD has no body, whatever its headers say', async () => {
    const peer = await startHttpPeer([packed])
    expect(await ask(await open(), peer.url, 'HEAD')).toBe('')
  })

  test('that is half of one is none', async () => {
    const half = { ...packed, body: packed.body.subarray(0, packed.body.length / 2) }
    const peer = await startHttpPeer([half])
    await expect(ask(await open(), peer.url)).rejects.toThrow('unexpected end of file')
  })
})

describe('a connection', () => {
  test('is kept for the next request', async () => {
    const peer = await startHttpPeer([{ body: text }])
    const send = await openHttpClient(null)
    await ask(send, peer.url)
    await ask(send, peer.url)
    expect([peer.seen.length, peer.connections]).toEqual([2, 1])
  })

  test('that does not come about in time has carried nothing', async () => {
    const send = await openHttpClient(null, 100)
    const failure = await ask(send, `https://${await startMutePeer()}`).catch((error: unknown) => error)
    expect(judgeFailure(failure)).toMatchObject({ kind: 'unsent', why: 'nobody answers there (ETIMEDOUT)' })
  })

  test('that stands is not hurried', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const peer = await startHttpPeer(() => {
      vi.advanceTimersByTime(300)
      return { body: text, bodyDelayMs: 20 }
    })
    expect(await ask(await openHttpClient(null, 100), peer.url)).toBe(text)
  })
})
