import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { Transport } from '../../src/gitlab/http/transport.ts'
import { type PeerAnswer, type PeerScript, startHttpPeer } from '../support/http-peer.ts'
import {
  type Answering,
  answerConnect,
  catchFailure,
  connectPeer,
  makeOptions,
  token,
} from './peer-gitlab.ts'

const page = '<!DOCTYPE html><html><body><h1>502</h1></body></html>'
const noPurchases = { body: { data: { addOnPurchases: [] } } }

/** An address at which nobody listens, nor will: the system gives no such port to whoever asks for any. */
const closedAddress = 'http://127.0.0.1:9'

const timeLimitMs = 100

/** Stops the clock, so that it is a test that lets the time pass and no slow machine. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Lets requests run out of time only where a peer calls {@link endTime}. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

function endTime(): void {
  vi.advanceTimersByTime(timeLimitMs)
}

/** One answer after the other, and the last for all that follow. Where it is silence, the time of the request ends. */
function answerInOrder(answers: readonly PeerAnswer[]): Answering {
  return (_, index) => {
    const answer = answers[Math.min(index, answers.length - 1)] ?? 'drop-after'
    if (answer === 'silence') setImmediate(endTime)
    return answer
  }
}

/** What comes of a query whose answers are these, and how often it was sent. */
async function readFrom(answers: readonly PeerAnswer[], facts: Parameters<typeof connectPeer>[1] = {}) {
  return readWhile(answerInOrder(answers), facts)
}

async function readWhile(answering: Answering, facts: Parameters<typeof connectPeer>[1] = {}) {
  const { gitlab, peer, retries } = await connectPeer(answering, facts)
  const settle = () =>
    gitlab.readPurchases().then(
      (purchases) => purchases,
      (error: Error & { exit: string }) => `${error.constructor.name} ${error.exit}: ${error.message}`,
    )
  const end = await settle()
  const { host } = new URL(peer.url)
  return {
    end: typeof end === 'string' ? end.replaceAll(host, 'HOST') : end,
    sent: peer.seen.length,
    retries: retries.map((text) =>
      text.replaceAll(host, 'HOST').replace(/again in [\d.]+ s/, 'again in N s'),
    ),
  }
}

describe('a query', () => {
  test.each([
    ['502', { status: 502, body: page }, 'answered with 502'],
    ['503', { status: 503, body: page }, 'answered with 503'],
    ['504', { status: 504, body: page }, 'answered with 504'],
    ['521 of Cloudflare', { status: 521, body: page }, 'answered with 521'],
    ['429 without Retry-After', { status: 429, body: 'Retry later' }, 'asks to slow down (429)'],
    [
      'a connection that broke',
      'drop-after' as const,
      'cannot be reached: the connection broke (ECONNRESET)',
    ],
  ])('is repeated after %s', async (_, answer, what) => {
    expect(await readFrom([answer, answer, noPurchases])).toEqual({
      end: [],
      sent: 3,
      retries: [`GitLab at HOST ${what}; trying again in N s.`],
    })
  })

  test.each([
    ['is busy', { status: 503, body: page }],
    ['does not answer any more', 'drop-after' as const],
  ])(
    'is repeated as long as a GitLab that has answered before %s, within the time there is',
    async (_, answer) => {
      const outage = Array<PeerAnswer>(12).fill(answer)
      expect(await readFrom([...outage, noPurchases])).toMatchObject({ end: [], sent: 13 })
    },
  )

  test('is given up when there is no time left', async () => {
    stopClock()
    const deadlineAt = Date.now() + 60_000
    const answering: Answering = (_, index) => {
      if (index === 2) vi.setSystemTime(deadlineAt)
      return { status: 503, body: page }
    }
    expect(await readWhile(answering, { deadlineAt })).toMatchObject({
      end: 'UnreachableError unreachable: GitLab at HOST answered with 503, 3 times in a row; there is no time left to try again.',
      sent: 3,
    })
  })

  test('is given up when a GitLab that has answered before is out of reach for too long', async () => {
    stopClock()
    const answering: Answering = (_, index) => {
      if (index === 7) vi.setSystemTime(Date.now() + 300)
      return 'drop-after'
    }
    expect(await readWhile(answering, { outageMs: 300 })).toMatchObject({
      end: 'UnreachableError unreachable: GitLab at HOST cannot be reached: the connection broke (ECONNRESET), 8 times in a row.',
      sent: 8,
    })
  })

  test('is not given up soon for the answers of a GitLab that is busy when it is first asked', async () => {
    const peer = await startHttpPeer([
      ...Array<PeerAnswer>(8).fill({ status: 502, body: page }),
      { body: answerConnect('18.6') },
    ])
    await GitLab.connect(makeOptions(peer.url).options)
    expect(peer.seen).toHaveLength(9)
  })

  test('for the scopes of the token, which are worth no wait, is given up soon', async () => {
    const { gitlab, peer } = await connectPeer(({ operation }) =>
      operation === 'ReadAccount'
        ? { body: { data: { currentUser: { username: 'root' } } } }
        : { status: 503, body: page },
    )
    expect(await gitlab.readAccount()).toEqual({ username: 'root', scopes: null })
    expect(peer.seen).toHaveLength(7)
  })

  test('waits as long as Retry-After asks for, in seconds', async () => {
    const startedAt = Date.now()
    expect(await readFrom([{ status: 429, headers: { 'retry-after': '1' } }, noPurchases])).toEqual({
      end: [],
      sent: 2,
      retries: ['GitLab asks to wait 1 s.'],
    })
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000)
  })

  test('waits until the date that Retry-After tells', async () => {
    const startedAt = Date.now()
    const date = new Date(startedAt + 2_000).toUTCString()
    const { end, sent } = await readFrom([{ status: 429, headers: { 'retry-after': date } }, noPurchases])
    expect({ end, sent }).toEqual({ end: [], sent: 2 })
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(date))
  })

  test('is given up at once where Retry-After is longer than the time left', async () => {
    // Whoever waited for it would run out of the test's own time.
    const deadlineAt = Date.now() + 3_500_000
    expect(await readFrom([{ status: 429, headers: { 'retry-after': '3600' } }], { deadlineAt })).toEqual({
      end: 'UnreachableError unreachable: GitLab at HOST asks to slow down (429) and to wait 3600 s; there is no time left to try again.',
      sent: 1,
      retries: [],
    })
  })

  test('is not sent once the time is over', async () => {
    stopClock()
    const deadlineAt = Date.now() + 60_000
    const { gitlab, peer } = await connectPeer(() => noPurchases, { deadlineAt })
    vi.setSystemTime(deadlineAt)
    const { host } = new URL(peer.url)
    expect(await catchFailure(gitlab.readPurchases())).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `GitLab at ${host} is asked nothing more: the time for it is over.`,
    })
    expect(peer.seen).toEqual([])
  })

  test('takes no longer than its time limit, and is repeated', async () => {
    stopTimers()
    expect(await readFrom(['silence', noPurchases], { requestTimeoutMs: timeLimitMs })).toEqual({
      end: [],
      sent: 2,
      retries: ['GitLab at HOST cannot be reached: no answer within 0.1 s; trying again in N s.'],
    })
  })

  test('has a time limit for the whole answer, not for its beginning', async () => {
    stopTimers()
    const answering: Answering = (_, index) => {
      if (index > 0) return noPurchases
      void delay(50).then(endTime)
      return { ...noPurchases, bodyDelayMs: 400 }
    }
    expect(await readWhile(answering, { requestTimeoutMs: timeLimitMs })).toMatchObject({ end: [], sent: 2 })
  })

  test.each([
    [
      'the token',
      { status: 401, body: { errors: [{ message: 'Invalid token' }] } },
      'DeniedError denied: GitLab at HOST refused the token: it is wrong, expired or revoked.',
    ],
    [
      'its scope',
      { status: 403, body: { error: 'insufficient_scope', error_description: 'Needs \u001b[31mapi' } },
      'DeniedError denied: GitLab at HOST refused the request (403): "Needs  [31mapi".',
    ],
    [
      'without words',
      { status: 403, body: page },
      'DeniedError denied: GitLab at HOST refused the request (403).',
    ],
    [
      'the address',
      { status: 404, body: page },
      /^UserError usage: There is no GitLab at http:\/\/HOST: it answered with 404\.$/,
    ],
    [
      'with a failure of its own',
      { status: 500, body: { errors: [{ message: 'Internal server error' }] } },
      'UnreachableError unreachable: GitLab at HOST answered with 500.',
    ],
    [
      'with a web page',
      { status: 200, body: page },
      'UnreachableError unreachable: GitLab at HOST answered with a web page, not with GraphQL (200).',
    ],
    [
      'with something else',
      { status: 200, body: { message: 'hello' } },
      'UnreachableError unreachable: GitLab at HOST answered with "{"message":"hello"}", not with GraphQL (200).',
    ],
    [
      'with nothing',
      { status: 200, body: '' },
      'UnreachableError unreachable: GitLab at HOST answered with nothing, not with GraphQL (200).',
    ],
    [
      'with half an answer',
      { status: 200, body: '{"data":{"addOnPur' },
      'UnreachableError unreachable: GitLab at HOST answered with "{"data":{"addOnPur", not with GraphQL (200).',
    ],
    [
      'a query that is too large',
      { status: 422, body: { errors: [{ message: 'Query too large' }] } },
      'UserError failed: GitLab answered: "Query too large".',
    ],
    [
      'with errors and 200',
      { body: { data: null, errors: [{ message: 'Boom \u001b]0;x\u0007\u202e!\nsecond line' }] } },
      'UserError failed: GitLab answered: "Boom  ]0;x !\u0020second line".',
    ],
    [
      'a field that it does not know',
      { body: { errors: [{ message: "Field 'addOnPurchases' doesn't exist on type 'Query'" }] } },
      `UserError failed: GitLab 18.6.0-ee does not know what it was asked: "Field 'addOnPurchases' doesn't exist on type 'Query'".`,
    ],
    [
      'with null and no error',
      { body: { data: { addOnPurchases: null } } },
      'DeniedError denied: GitLab does not show this token the add-on purchases of the instance.',
    ],
  ])('ends at once where GitLab refuses %s', async (_, answer, end) => {
    const expected = typeof end === 'string' ? end : expect.stringMatching(end)
    expect(await readFrom([answer])).toEqual({ end: expected, sent: 1, retries: [] })
  })

  test('ends with the reason of its signal, also while it waits', async () => {
    const controller = new AbortController()
    const reason = new Error('Ctrl-C')
    const { gitlab } = await connectPeer(() => ({ status: 429, headers: { 'retry-after': '20' } }), {
      signal: controller.signal,
      onRetry: () => void setImmediate(() => controller.abort(reason)),
    })
    await expect(gitlab.readPurchases()).rejects.toBe(reason)
    await expect(gitlab.readPurchases()).rejects.toBe(reason)
  })

  test('ends with the reason of its signal while GitLab is silent', async () => {
    const controller = new AbortController()
    const reason = new Error('Ctrl-C')
    const answering: Answering = () => {
      setImmediate(() => controller.abort(reason))
      return 'silence'
    }
    const { gitlab } = await connectPeer(answering, { signal: controller.signal })
    await expect(gitlab.readPurchases()).rejects.toBe(reason)
  })
})

describe('a mutation', () => {
  async function give(answers: readonly PeerAnswer[], facts: Parameters<typeof connectPeer>[1] = {}) {
    const { gitlab, peer } = await connectPeer(answerInOrder(answers), facts)
    const { host } = new URL(peer.url)
    const end = await gitlab.giveSeats(1, [7, 8]).catch((error: Error) => {
      return `${error.constructor.name}: ${error.message.replaceAll(host, 'HOST')}`
    })
    return { end, sent: peer.seen.length }
  }

  const mutation = { name: 'GiveSeats', path: '/api/graphql', body: '{}', isMutation: true }
  const given = { body: { data: { give: { errors: [] } } } }

  test('is repeated after 429, which GitLab says before it does anything', async () => {
    expect(await give([{ status: 429 }, { status: 429 }, given])).toEqual({ end: { kind: 'done' }, sent: 3 })
  })

  test.each([
    ['502', { status: 502, body: page }, 'answered with 502'],
    ['503', { status: 503, body: page }, 'answered with 503'],
    ['504', { status: 504, body: page }, 'answered with 504'],
    ['500', { status: 500, body: page }, 'answered with 500'],
    ['a broken connection', 'drop-after' as const, 'did not answer (the connection broke (ECONNRESET))'],
    ['silence', 'silence' as const, 'did not answer (no answer within 0.1 s)'],
    ['a web page', { status: 200, body: page }, 'answered with a web page, not with GraphQL (200)'],
    ['half an answer', { status: 200, body: '{"data":' }, 'answered with "{"data":", not with GraphQL (200)'],
    ['null without an error', { body: { data: { give: null } } }, 'answered with nothing'],
  ])('is not sent again after %s, since it may have been carried out', async (_, answer, what) => {
    stopTimers()
    expect(await give([answer, given], { requestTimeoutMs: timeLimitMs })).toEqual({
      end: `UnansweredError: GitLab at HOST ${what}: whether it changed the seats is unknown.`,
      sent: 1,
    })
  })

  test('is not sent again where the connection broke before the answer, however early', async () => {
    const peer = await startHttpPeer(['drop'])
    const transport = await Transport.open(makeOptions(peer.url).options)
    expect((await catchFailure(transport.send(mutation))).kind).toBe('UnansweredError')
    expect([peer.seen.length, peer.dropped]).toEqual([0, 1])
  })

  test('is sent again where nobody listened', async () => {
    const { options, said } = makeOptions(closedAddress)
    const transport = await Transport.open(options)
    expect(await catchFailure(transport.send(mutation))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `GitLab at ${new URL(options.url).host} cannot be reached: nothing listens there (ECONNREFUSED), 6 times in a row.`,
    })
    expect(said.retries).toHaveLength(1)
  })

  test.each([
    [401, 'DeniedError: GitLab at HOST refused the token: it is wrong, expired or revoked.'],
    [403, 'DeniedError: GitLab at HOST refused the request (403).'],
  ])('is refused for good with %s', async (status, end) => {
    expect(await give([{ status, body: page }])).toEqual({ end, sent: 1 })
  })
})

describe('a way that leads nowhere', () => {
  test.each([
    [
      // Too long for a name, so that no name server is asked, which might not be there.
      `https://${'x'.repeat(64)}.invalid`,
      /cannot be reached: (there is no such host \(ENOTFOUND\)|the name server does not answer \(EAI_AGAIN\)), 6 times/,
    ],
  ])('%s', async (url, message) => {
    expect(await catchFailure(GitLab.connect(makeOptions(url).options))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: expect.stringMatching(message),
    })
  })

  test('a certificate that is not trusted is refused at once, and the hint says how to trust it', async () => {
    const peer = await startHttpPeer([{ body: answerConnect('18.6') }], { tls: true })
    const { options, said } = makeOptions(peer.url)
    await expect(GitLab.connect(options)).rejects.toMatchObject({
      exit: 'unreachable',
      message: expect.stringMatching(/its certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.$/),
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    expect(said.retries).toEqual([])
    expect(peer.seen).toEqual([])
  })

  test('a server that speaks no TLS', async () => {
    const peer = await startHttpPeer([{ body: answerConnect('18.6') }])
    const { options } = makeOptions(peer.url.replace('http:', 'https:'))
    expect((await catchFailure(GitLab.connect(options))).message).toMatch(/it speaks no TLS/)
  })
})

describe('a redirect', () => {
  const redirectTo = (location: string, status = 301): PeerScript => [{ status, headers: { location } }]

  test('to another host is refused, and the token does not go there', async () => {
    const other = await startHttpPeer([{ body: answerConnect('18.6') }])
    const peer = await startHttpPeer(redirectTo(`${other.url}/api/graphql`))
    const { host } = new URL(peer.url)
    expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toEqual({
      kind: 'UserError',
      exit: 'failed',
      message: `GitLab at ${host} redirects to ${other.url}. The token was not sent there.`,
    })
    expect(other.seen).toEqual([])
  })

  test('to https:// of the same host says to link with that', async () => {
    const peer = await startHttpPeer(redirectTo('https://127.0.0.1/api/graphql', 308))
    await expect(GitLab.connect(makeOptions(peer.url).options)).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining('is to be reached with https:// at 127.0.0.1.'),
      hint: 'Link with https://127.0.0.1 instead.',
    })
  })

  test.each([301, 302, 307, 308])(
    'on the same host is followed with the whole request: %s',
    async (status) => {
      const peer = await startHttpPeer(({ path }) =>
        path === '/api/graphql'
          ? { status, headers: { location: '/gitlab/api/graphql' } }
          : { body: answerConnect('18.6') },
      )
      const gitlab = await GitLab.connect(makeOptions(peer.url).options)
      expect(gitlab.version).toBe('18.6.0-ee')
      expect(
        peer.seen.map(({ method, path, headers, operation }) => [
          method,
          path,
          headers.authorization,
          operation,
        ]),
      ).toEqual([
        ['POST', '/api/graphql', `Bearer ${token}`, 'Connect'],
        ['POST', '/gitlab/api/graphql', `Bearer ${token}`, 'Connect'],
      ])
    },
  )

  test('in a circle is given up', async () => {
    const peer = await startHttpPeer(redirectTo('/api/graphql'))
    expect((await catchFailure(GitLab.connect(makeOptions(peer.url).options))).message).toMatch(
      /redirects in a circle\.$/,
    )
    expect(peer.seen).toHaveLength(4)
  })

  test.each([[{}], [{ location: 'http://[' }]])('that leads nowhere is refused: %j', async (headers) => {
    const peer = await startHttpPeer([{ status: 302, headers }])
    expect((await catchFailure(GitLab.connect(makeOptions(peer.url).options))).message).toMatch(
      /redirects to nowhere\.$/,
    )
  })
})

describe('the token', () => {
  /** Servers that send everything back which they were sent. */
  const echoes: [string, PeerScript][] = [
    ['an error', ({ headers }) => ({ body: { errors: [{ message: `Bad ${headers.authorization}` }] } })],
    ['a refusal', ({ headers }) => ({ status: 403, body: { message: headers.authorization } })],
    ['text', ({ headers }) => ({ body: `What is ${headers.authorization}?` })],
    [
      'a request id',
      ({ headers }) => ({ status: 401, headers: { 'x-request-id': String(headers.authorization) } }),
    ],
    [
      'a redirect',
      () => ({ status: 302, headers: { location: `https://${token.replace(/[^\w-]/g, '')}.example.com` } }),
    ],
    ['a broken connection', () => 'drop-after'],
    ['silence', answerInOrder(['silence'])],
  ]

  test.each(echoes)('is in nothing that is said about %s', async (_, script) => {
    stopTimers()
    const peer = await startHttpPeer(script)
    const { options, said } = makeOptions(peer.url, { requestTimeoutMs: timeLimitMs })
    const failure = await GitLab.connect(options).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    const everything = inspect([failure, said], { depth: Number.POSITIVE_INFINITY, showHidden: true })
    expect(everything.toLowerCase()).not.toContain(token.toLowerCase())
    expect(peer.seen[0]?.headers.authorization).toBe(`Bearer ${token}`)
  })

  test('is in no line for --debug, which tell name, status, time and request of GitLab', async () => {
    const peer = await startHttpPeer([
      'drop-after',
      { body: answerConnect('18.6'), headers: { 'x-request-id': '01HX\u0009Y' } },
    ])
    const { options, said } = makeOptions(peer.url)
    await GitLab.connect(options)
    expect(said.debug.map((line) => line.replace(/\d+ ms/, 'N ms'))).toEqual([
      'GitLab: Connect failed (Error: socket hang up (ECONNRESET)) after N ms',
      'GitLab: Connect answered 200 (request 01HX Y) after N ms',
      'GitLab: version 18.6.0-ee, complexity 21 of 250',
    ])
  })
})
