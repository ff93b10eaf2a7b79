import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { NoTlsError } from '../../src/gitlab/http/gitlab-error.ts'
import { Transport } from '../../src/gitlab/http/transport.ts'
import { type PeerAnswer, type PeerScript, startHttpPeer } from '../support/http-peer.ts'
import {
  type Answering,
  answerConnect,
  catchFailure,
  connectPeer,
  makeOptions,
  notAvailable,
  token,
} from './peer-gitlab.ts'

const page = '<!DOCTYPE html><html><body><h1>502</h1></body></html>'
const shown = {
  id: 'gid://gitlab/GitlabSubscriptions::AddOnPurchase/5',
  name: 'CODE_SUGGESTIONS',
  purchasedQuantity: 3,
  assignedQuantity: 1,
}
const onePurchase = { body: { data: { addOnPurchases: [shown] } } }
const purchases = [{ id: 5, addOn: 'duo-pro', quantity: 3, assigned: 1 }]

/** An address that refuses connections: the system assigns this port to no process that asks for a free one. */
const closedAddress = 'http://127.0.0.1:9'

const timeLimitMs = 100

/** Stops the clock until the test sets it. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Stops all timers: a request reaches its time limit only through {@link endTime}. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

function endTime(): void {
  vi.advanceTimersByTime(timeLimitMs)
}

/** Gives one answer after the other, and repeats the last one. Silence ends the time of the request. */
function answerInOrder(answers: readonly PeerAnswer[]): Answering {
  return (_, index) => {
    const answer = answers[Math.min(index, answers.length - 1)] ?? 'drop-after'
    if (answer === 'silence') setImmediate(endTime)
    return answer
  }
}

/** Reads the purchases from these answers: the result, the number of requests, and the texts of retries. */
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

describe('Transport.send with a query', () => {
  test.each([
    ['502', { status: 502, body: page }, 'answered with 502'],
    ['503', { status: 503, body: page }, 'answered with 503'],
    ['504', { status: 504, body: page }, 'answered with 504'],
    ['521 of Cloudflare', { status: 521, body: page }, 'answered with 521'],
    ['429 without Retry-After', { status: 429, body: 'Retry later' }, 'asks to slow down (429)'],
    ['a reset connection', 'drop-after' as const, 'cannot be reached: connection reset (ECONNRESET)'],
  ])('a query is retried after %s', async (_, answer, what) => {
    expect(await readFrom([answer, answer, onePurchase])).toEqual({
      end: purchases,
      sent: 3,
      retries: [`GitLab at HOST ${what}; trying again in N s.`],
    })
  })

  test.each([
    ['503', { status: 503, body: page }],
    ['a reset connection', 'drop-after' as const],
  ])(
    'a query to a GitLab that has answered before is retried after more than six times %s',
    async (_, answer) => {
      const outage = Array<PeerAnswer>(12).fill(answer)
      expect(await readFrom([...outage, onePurchase])).toMatchObject({ end: purchases, sent: 13 })
    },
  )

  test('a query fails when the deadline leaves no time for a retry', async () => {
    stopClock()
    const deadlineAt = performance.now() + 60_000
    const answering: Answering = (_, index) => {
      if (index === 2) vi.advanceTimersByTime(60_000)
      return { status: 503, body: page }
    }
    expect(await readWhile(answering, { deadlineAt })).toMatchObject({
      end: 'UnreachableError unreachable: GitLab at HOST answered with 503, 3 times in a row; there is no time left to try again.',
      sent: 3,
    })
  })

  test('a query fails when a GitLab that has answered before is unreachable for too long', async () => {
    stopClock()
    const answering: Answering = (_, index) => {
      if (index === 7) vi.advanceTimersByTime(300)
      return 'drop-after'
    }
    expect(await readWhile(answering, { retryPolicy: { mostOutageMs: 300 } })).toMatchObject({
      end: 'UnreachableError unreachable: GitLab at HOST cannot be reached: connection reset (ECONNRESET), 8 times in a row.',
      sent: 8,
    })
  })

  test('the first query is retried more than six times while a gateway answers with 502', async () => {
    const peer = await startHttpPeer([
      ...Array<PeerAnswer>(8).fill({ status: 502, body: page }),
      { body: answerConnect('18.6') },
    ])
    await GitLab.connect(makeOptions(peer.url).options)
    expect(peer.seen).toHaveLength(9)
  })

  test('the request for the scopes of the token is given up after six attempts', async () => {
    const { gitlab, peer } = await connectPeer(() => ({ status: 503, body: page }))
    expect(await gitlab.readAccount()).toEqual({ username: 'root', scopes: null, expiresOn: null })
    expect(peer.seen).toHaveLength(6)
  })

  test('a query waits for the seconds of Retry-After', async () => {
    const startedAt = Date.now()
    expect(await readFrom([{ status: 429, headers: { 'retry-after': '1' } }, onePurchase])).toEqual({
      end: purchases,
      sent: 2,
      retries: ['GitLab asks to wait 1 s.'],
    })
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000)
  })

  test('a query waits until the date of Retry-After', async () => {
    const startedAt = Date.now()
    const date = new Date(startedAt + 2_000).toUTCString()
    const { end, sent } = await readFrom([{ status: 429, headers: { 'retry-after': date } }, onePurchase])
    expect({ end, sent }).toEqual({ end: purchases, sent: 2 })
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(date))
  })

  test('a query fails at once when Retry-After ends after the deadline', async () => {
    // Longer than the time limit of the test: a client that waits fails it.
    const deadlineAt = performance.now() + 3_500_000
    expect(await readFrom([{ status: 429, headers: { 'retry-after': '3600' } }], { deadlineAt })).toEqual({
      end: 'UnreachableError unreachable: GitLab at HOST asks to slow down (429) and to wait 3600 s; there is no time left to try again.',
      sent: 1,
      retries: [],
    })
  })

  test('a query is not sent after the deadline', async () => {
    stopClock()
    const deadlineAt = performance.now() + 60_000
    const { gitlab, peer } = await connectPeer(() => onePurchase, { deadlineAt })
    vi.advanceTimersByTime(60_000)
    const { host } = new URL(peer.url)
    expect(await catchFailure(gitlab.readPurchases())).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `GitLab at ${host} has not finished after 60 s, when --timeout was used up.`,
    })
    expect(peer.seen).toEqual([])
  })

  test('a query is retried after its time limit', async () => {
    stopTimers()
    expect(
      await readFrom(['silence', onePurchase], { retryPolicy: { requestTimeoutMs: timeLimitMs } }),
    ).toEqual({
      end: purchases,
      sent: 2,
      retries: ['GitLab at HOST cannot be reached: timeout, no answer within 0.1 s; trying again in N s.'],
    })
  })

  test('the time limit of a query covers the body of its answer', async () => {
    stopTimers()
    const answering: Answering = (_, index) => {
      if (index > 0) return onePurchase
      void delay(50).then(endTime)
      return { ...onePurchase, bodyDelayMs: 400 }
    }
    expect(await readWhile(answering, { retryPolicy: { requestTimeoutMs: timeLimitMs } })).toMatchObject({
      end: purchases,
      sent: 2,
    })
  })

  test.each([
    [
      'with 401',
      { status: 401, body: { errors: [{ message: 'Invalid token' }] } },
      'RefusedTokenError denied: GitLab at HOST refused the token: it is wrong, expired or revoked, or lacks a scope.',
    ],
    [
      'with 403 and a reason',
      { status: 403, body: { error: 'insufficient_scope', error_description: 'Needs \u001b[31mapi' } },
      'DeniedError denied: GitLab at HOST refused the request (403): "Needs  [31mapi".',
    ],
    [
      'with 403 for an account that must accept terms',
      { status: 403, body: { errors: [{ message: 'API not accessible for user' }] } },
      'DeniedError denied: GitLab at HOST refused the request (403): "API not accessible for user".',
    ],
    [
      'with 403 and a web page',
      { status: 403, body: page },
      'UnreachableError unreachable: A gateway in front of GitLab at HOST refused the request (403).',
    ],
    [
      'with 422',
      { status: 422, body: { errors: [{ message: 'Query too large' }] } },
      'UnreachableError unreachable: GitLab answered: "Query too large".',
    ],
    [
      'with 405 and a web page',
      { status: 405, body: page },
      'UnreachableError unreachable: GitLab at HOST answered with a web page, not with GraphQL (405).',
    ],
    [
      'with errors and 200',
      { body: { data: null, errors: [{ message: 'Boom \u001b]0;x\u0007\u202e!\nsecond line' }] } },
      'UnreachableError unreachable: GitLab answered: "Boom  ]0;x !\u0020second line".',
    ],
    [
      'with an unknown field',
      { body: { errors: [{ message: "Field 'addOnPurchases' doesn't exist on type 'Query'" }] } },
      `UnreachableError unreachable: GitLab 18.6.0-ee does not support a request of duo-seats: "Field 'addOnPurchases' doesn't exist on type 'Query'".`,
    ],
    [
      'with an error beside data',
      { body: { data: { addOnPurchases: [] }, errors: [null] } },
      'UnreachableError unreachable: GitLab answered: "an error without text".',
    ],
    [
      'without the field of the query',
      { body: { data: { other: [] } } },
      'UnreachableError unreachable: GitLab answered with data without addOnPurchases that duo-seats cannot read.',
    ],
    [
      'with null and without an error',
      { body: { data: { addOnPurchases: null } } },
      'DeniedError denied: GitLab hides the add-on purchases of the instance from this token.',
    ],
  ])('a query fails without a retry when GitLab answers %s', async (_, answer, end) => {
    expect(await readFrom([answer])).toEqual({ end, sent: 1, retries: [] })
  })

  const faults: [string, PeerAnswer, string][] = [
    [
      '404, as of a gateway without a GitLab',
      { status: 404, body: page },
      'a web page, not with GraphQL (404)',
    ],
    ['500', { status: 500, body: { errors: [{ message: 'Internal server error' }] } }, '500'],
    ['a web page', { status: 200, body: page }, 'a web page, not with GraphQL (200)'],
    ['other JSON', { body: { message: 'hello' } }, '"{"message":"hello"}", not with GraphQL (200)'],
    ['nothing', { status: 200, body: '' }, 'nothing, not with GraphQL (200)'],
    ['half an answer', { body: '{"data":{"addOnPur' }, '"{"data":{"addOnPur", not with GraphQL (200)'],
    ['no data', { body: { data: {} } }, '"{"data":{}}", not with GraphQL (200)'],
    ['data that is a text', { body: { data: 'x' } }, '"{"data":"x"}", not with GraphQL (200)'],
    [
      'errors that are no list',
      { body: { data: {}, errors: {} } },
      '"{"data":{},"errors":{}}", not with GraphQL (200)',
    ],
    [
      'an internal error and 200',
      { body: { data: null, errors: [{ message: 'Internal server error: 7' }] } },
      '"Internal server error: 7"',
    ],
    [
      'an internal error beside one about rights',
      { body: { data: null, errors: [{ message: notAvailable }, { message: 'Internal server error' }] } },
      `"${notAvailable} Internal server error"`,
    ],
    [
      'a limit and 200',
      {
        body: { errors: [{ message: 'This endpoint has been requested too many times. Try again later.' }] },
      },
      '"This endpoint has been requested too many times. Try again later."',
    ],
  ]

  test.each(faults)('a query is retried after %s', async (_, answer, what) => {
    expect(await readFrom([answer, answer, onePurchase])).toEqual({
      end: purchases,
      sent: 3,
      retries: [`GitLab at HOST answered with ${what}; trying again in N s.`],
    })
  })

  test.each(faults)('a query is given up after ten times %s', async (_, answer, what) => {
    expect(await readFrom([answer])).toMatchObject({
      end: `UnreachableError unreachable: GitLab at HOST answered with ${what}, 10 times in a row.`,
      sent: 10,
    })
  })

  test.each(['Timeout on Query.addOnPurchases', 'Timeout on validation of query'])(
    'a query is retried after the text %j beside null',
    async (message) => {
      const timeout = { body: { data: { addOnPurchases: null }, errors: [{ message }] } }
      expect(await readFrom([timeout, timeout, onePurchase])).toMatchObject({ end: purchases, sent: 3 })
      expect(await readFrom([timeout])).toMatchObject({
        end: `UnreachableError unreachable: GitLab at HOST gave up a query: "${message}", 10 times in a row.`,
      })
    },
  )

  test('faults are counted without the answers of a busy GitLab between them', async () => {
    const fault = { status: 500, body: page }
    const answers = Array<PeerAnswer[]>(9)
      .fill([fault, { status: 502, body: page }])
      .flat()
    expect(await readFrom([...answers, onePurchase])).toMatchObject({ end: purchases, sent: 19 })
  })

  test('a query fails without a retry after an answer of more than 64 MiB', async () => {
    const body = gzipSync(Buffer.alloc(65 * 2 ** 20))
    expect(await readFrom([{ headers: { 'content-encoding': 'gzip' }, body }])).toEqual({
      end: 'UnreachableError unreachable: GitLab at HOST answered with more than 64 MiB.',
      sent: 1,
      retries: [],
    })
  })

  test('a query without an answer until the deadline fails with the time that was waited', async () => {
    const deadlineAt = performance.now() + 1_200
    expect(await readWhile(() => 'silence', { deadlineAt })).toEqual({
      end: expect.stringMatching(
        /^UnreachableError unreachable: GitLab at HOST has not finished after (0\.\d|1|1\.\d) s, when --timeout was used up\.$/,
      ),
      sent: 1,
      retries: [],
    })
  })

  test('work is not repeated when the deadline comes before the end of the wait', async () => {
    stopClock()
    const deadlineAt = performance.now() + 60_000
    const { gitlab } = await connectPeer(() => onePurchase, { deadlineAt })
    vi.advanceTimersByTime(60_000)
    const failure = await catchFailure(gitlab.waitAfterFailures(3, 'answered with 502'))
    expect({ ...failure, message: failure.message.replace(/127\S+/, 'HOST') }).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: 'GitLab at HOST answered with 502; there is no time left to try again.',
    })
  })

  test('a query that waits for a retry rejects with the reason of its signal', async () => {
    const controller = new AbortController()
    const reason = new Error('Ctrl-C')
    const { gitlab } = await connectPeer(() => ({ status: 429, headers: { 'retry-after': '20' } }), {
      signal: controller.signal,
      onRetry: () => void setImmediate(() => controller.abort(reason)),
    })
    await expect(gitlab.readPurchases()).rejects.toBe(reason)
    await expect(gitlab.readPurchases()).rejects.toBe(reason)
  })

  test('a query without an answer rejects with the reason of its signal', async () => {
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

describe('Transport.send with a mutation', () => {
  async function give(answers: readonly PeerAnswer[], facts: Parameters<typeof connectPeer>[1] = {}) {
    const { gitlab, peer } = await connectPeer(answerInOrder(answers), facts)
    const { host } = new URL(peer.url)
    const end = await gitlab.changeSeats('give', 1, [7, 8]).catch((error: Error) => {
      return `${error.constructor.name}: ${error.message.replaceAll(host, 'HOST')}`
    })
    return { end, sent: peer.seen.length }
  }

  const mutation = { name: 'GiveSeats', path: '/api/graphql', body: '{}', isMutation: true }
  const given = { body: { data: { give: { errors: [] } } } }

  test('a mutation is retried after 429, which GitLab sends before it carries anything out', async () => {
    expect(await give([{ status: 429 }, { status: 429 }, given])).toEqual({ end: { kind: 'done' }, sent: 3 })
  })

  test.each([
    ['502', { status: 502, body: page }, 'answered with 502'],
    ['503', { status: 503, body: page }, 'answered with 503'],
    ['504', { status: 504, body: page }, 'answered with 504'],
    ['500', { status: 500, body: page }, 'answered with 500'],
    ['a reset connection', 'drop-after' as const, 'did not answer (connection reset (ECONNRESET))'],
    ['a timeout', 'silence' as const, 'did not answer (timeout, no answer within 0.1 s)'],
    ['a web page', { status: 200, body: page }, 'answered with a web page, not with GraphQL (200)'],
    ['half an answer', { status: 200, body: '{"data":' }, 'answered with "{"data":", not with GraphQL (200)'],
    ['null without an error', { body: { data: { give: null } } }, 'answered with nothing'],
    ['404', { status: 404, body: page }, 'answered with a web page, not with GraphQL (404)'],
    ['408', { status: 408, body: '' }, 'answered with nothing, not with GraphQL (408)'],
    [
      'more than 64 MiB',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(65 * 2 ** 20)) },
      'answered with more than 64 MiB',
    ],
  ])(
    'a mutation is not sent again after %s, because GitLab may have carried it out',
    async (_, answer, what) => {
      stopTimers()
      expect(await give([answer, given], { retryPolicy: { requestTimeoutMs: timeLimitMs } })).toEqual({
        end: `UnansweredError: GitLab at HOST ${what}. Whether it changed the seats is unknown.`,
        sent: 1,
      })
    },
  )

  test('a mutation is not sent again after the connection was reset before GitLab read the request', async () => {
    const peer = await startHttpPeer(['drop'])
    const transport = new Transport(makeOptions(peer.url).options)
    expect((await catchFailure(transport.send(mutation))).kind).toBe('UnansweredError')
    expect([peer.seen.length, peer.dropped]).toEqual([0, 1])
  })

  test('a mutation is sent again after a refused connection', async () => {
    const { options, said } = makeOptions(closedAddress)
    const transport = new Transport(options)
    expect(await catchFailure(transport.send(mutation))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `GitLab at ${new URL(options.url).host} cannot be reached: connection refused (ECONNREFUSED), 6 times in a row.`,
    })
    expect(said.retries).toHaveLength(1)
  })

  test.each([
    [
      'GitLab with 401',
      { status: 401, body: {} },
      'RefusedTokenError: GitLab at HOST refused the token: it is wrong, expired or revoked, or lacks a scope.',
    ],
    ['GitLab with 403', { status: 403, body: {} }, 'DeniedError: GitLab at HOST refused the request (403).'],
    [
      'a gateway with 401',
      { status: 401, body: page },
      'UnreachableError: A gateway in front of GitLab at HOST requires a login of its own (401).',
    ],
    [
      'a gateway with 403',
      { status: 403, body: page },
      'UnreachableError: A gateway in front of GitLab at HOST refused the request (403).',
    ],
  ])('a mutation fails without a retry after a refusal of %s', async (_, answer, end) => {
    expect(await give([answer])).toEqual({ end, sent: 1 })
  })
})

describe('connecting', () => {
  test.each([
    [
      // Too long for a host name, so no DNS server is asked: the machine may have none.
      `https://${'x'.repeat(64)}.invalid`,
      /cannot be reached: (host not found \(ENOTFOUND\)|the DNS server does not answer \(EAI_AGAIN\)), 6 times/,
    ],
  ])('connecting to %s fails, because the host does not exist', async (url, message) => {
    expect(await catchFailure(GitLab.connect(makeOptions(url).options))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: expect.stringMatching(message),
    })
  })

  test('connecting fails without a retry for a certificate that is not trusted, with a hint how to trust it', async () => {
    const peer = await startHttpPeer([{ body: answerConnect('18.6') }], {
      tls: true,
      certificate: 'untrusted',
    })
    const { options, said } = makeOptions(peer.url)
    await expect(GitLab.connect(options)).rejects.toMatchObject({
      exit: 'unreachable',
      message: expect.stringMatching(/its certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.$/),
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    expect(said.retries).toEqual([])
    expect(peer.seen).toEqual([])
  })

  test('connecting fails without a retry when the address answers with 404', async () => {
    const peer = await startHttpPeer([{ status: 404, body: page }])
    expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `No GitLab answers at ${peer.url} (404).`,
    })
    expect(peer.seen).toHaveLength(1)
  })

  test('connecting is given up after six web pages, because the address may be wrong', async () => {
    const peer = await startHttpPeer([{ body: page }])
    expect((await catchFailure(GitLab.connect(makeOptions(peer.url).options))).message).toMatch(
      /answered with a web page, not with GraphQL \(200\), 6 times in a row\.$/,
    )
    expect(peer.seen).toHaveLength(6)
  })

  test('connecting with https:// to a server without TLS on this machine fails without a retry', async () => {
    const peer = await startHttpPeer([{ body: answerConnect('18.6') }])
    const { options, said } = makeOptions(peer.url.replace('http:', 'https:'))
    await expect(GitLab.connect(options)).rejects.toBeInstanceOf(NoTlsError)
    expect(said.retries).toEqual([])
  })

  test('connecting with https:// to a server without TLS fails', async () => {
    const peer = await startHttpPeer([{ body: answerConnect('18.6') }])
    const { options } = makeOptions(peer.url.replace('http:', 'https:'))
    expect((await catchFailure(GitLab.connect(options))).message).toMatch(/the server does not speak TLS/)
  })
})

describe('a redirect', () => {
  const redirectTo = (location: string, status = 301): PeerScript => [{ status, headers: { location } }]

  test('a redirect to another host fails, and the token is not sent there', async () => {
    const other = await startHttpPeer([{ body: answerConnect('18.6') }])
    const peer = await startHttpPeer(redirectTo(`${other.url}/api/graphql`))
    const { host } = new URL(peer.url)
    expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toEqual({
      kind: 'UnreachableError',
      exit: 'unreachable',
      message: `GitLab at ${host} redirects to ${other.url}. The token was not sent there.`,
    })
    expect(other.seen).toEqual([])
  })

  test('a redirect to https:// of the same host fails with a hint to link with that', async () => {
    const peer = await startHttpPeer(redirectTo('https://127.0.0.1/api/graphql', 308))
    await expect(GitLab.connect(makeOptions(peer.url).options)).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining('requires https:// at 127.0.0.1.'),
      hint: 'Link with https://127.0.0.1 instead.',
    })
  })

  test.each([301, 302, 307, 308])(
    'a redirect %s on the same host is followed with the whole request',
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

  test('redirects in a circle fail', async () => {
    const peer = await startHttpPeer(redirectTo('/api/graphql'))
    expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toMatchObject({
      exit: 'unreachable',
      message: expect.stringMatching(/redirects in a circle\.$/),
    })
    expect(peer.seen).toHaveLength(4)
  })

  test.each([[{}], [{ location: 'http://[' }]])(
    'a redirect without a valid address fails: %j',
    async (headers) => {
      const peer = await startHttpPeer([{ status: 302, headers }])
      expect(await catchFailure(GitLab.connect(makeOptions(peer.url).options))).toMatchObject({
        exit: 'unreachable',
        message: expect.stringMatching(/redirects, but names no valid address\.$/),
      })
    },
  )
})

describe('the token', () => {
  /** Servers that send the token back. */
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
    ['a reset connection', () => 'drop-after'],
    ['a timeout', answerInOrder(['silence'])],
  ]

  test.each(echoes)('no message contains the token after %s', async (_, script) => {
    stopTimers()
    const peer = await startHttpPeer(script)
    const { options, said } = makeOptions(peer.url, { retryPolicy: { requestTimeoutMs: timeLimitMs } })
    const failure = await GitLab.connect(options).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    const everything = inspect([failure, said], { depth: Number.POSITIVE_INFINITY, showHidden: true })
    expect(everything.toLowerCase()).not.toContain(token.toLowerCase())
    expect(peer.seen[0]?.headers.authorization).toBe(`Bearer ${token}`)
  })

  test('a line for --debug contains method, path, name, status, time and request id, but not the token', async () => {
    const peer = await startHttpPeer([
      'drop-after',
      { body: answerConnect('18.6'), headers: { 'x-request-id': '01HX\u0009Y' } },
    ])
    const { options, said } = makeOptions(peer.url)
    await GitLab.connect(options)
    expect(said.debug.map((line) => line.replace(/\d+ ms/, 'N ms'))).toEqual([
      'GitLab: POST /api/graphql Connect failed (Error: socket hang up (ECONNRESET)) after N ms',
      'GitLab: POST /api/graphql Connect answered 200 (request 01HX Y) after N ms',
      'GitLab: version 18.6.0-ee, complexity 21 of 250',
    ])
  })
})
