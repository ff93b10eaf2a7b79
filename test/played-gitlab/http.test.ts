import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { openTeam } from '../support/sample-team.ts'
import { startGitLab } from '../support/serve.ts'
import { purchaseGid, shareServedGitLab } from './shared-gitlab.ts'

const gitlab = shareServedGitLab(makeSnapshot({ users: [makeUser(7, 'ada')] }))

interface Answered {
  status: number | undefined
  headers: Record<string, unknown>
  body: Buffer
}

/** For headers that fetch does not send. */
function send(path: string, headers: Record<string, string>, method = 'GET'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(`${gitlab().url}${path}`, { headers, method }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject)
    sent.end(method === 'POST' ? '{"query":"{ metadata { version } }"}' : undefined)
  })
}

/** A query with a valid token, unless `headers` say otherwise. */
function query(headers: Record<string, string>): Promise<Answered> {
  const own = { authorization: `Bearer ${gitlab().token}`, 'content-type': 'application/json' }
  return send('/api/graphql', { ...own, ...headers }, 'POST')
}

describe('token', () => {
  test.each([{ authorization: 'Bearer wrong' }, { authorization: '' }, { authorization: 'Basic cm9vdDp4' }])(
    'a request with %o is refused',
    async (headers) => {
      const response = await gitlab().post({ query: '{ metadata { version } }' }, headers)
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
        401,
        'application/json; charset=utf-8',
        '{"errors":[{"message":"Invalid token"}]}',
      ])
    },
  )

  test('the header Private-Token is accepted', async () => {
    const { status } = await query({ authorization: '', 'private-token': gitlab().token })
    expect(status).toBe(200)
  })

  test('the token itself is described with its scopes', async () => {
    const self = `${gitlab().url}/api/v4/personal_access_tokens/self`
    const known = await fetch(self, { headers: { authorization: `Bearer ${gitlab().token}` } })
    expect([known.status, await known.json()]).toEqual([
      200,
      { name: 'duo-seats serve', scopes: ['api'], active: true, expires_at: null },
    ])
    const unknown = await fetch(self)
    expect([unknown.status, await unknown.json()]).toEqual([401, { message: '401 Unauthorized' }])
  })
})

describe('host and origin', () => {
  const port = () => new URL(gitlab().url).port

  test('host and origin names of this machine are accepted', async () => {
    for (const host of [
      `127.0.0.1:${port()}`,
      `localhost:${port()}`,
      `LOCALHOST:${port()}`,
      `[::1]:${port()}`,
    ])
      expect((await query({ host })).status).toBe(200)
    expect((await query({ origin: gitlab().url })).status).toBe(200)
  })

  test.each([{ host: 'rebound.example.com' }, { host: '127.0.0.1' }, { host: '127.0.0.1:1' }])(
    'another host name is refused: %o',
    async (headers) => {
      const { status, body } = await query(headers)
      expect([status, body.toString()]).toEqual([
        403,
        '{"errors":[{"message":"This host name is not served."}]}',
      ])
      expect((await send('/', headers)).status).toBe(403)
    },
  )

  test.each(['https://evil.example.com', 'null', 'http://127.0.0.1:1'])(
    'the origin of another site is refused: %s',
    async (origin) => {
      const { status, body, headers } = await query({ origin })
      expect([status, body.toString()]).toEqual([
        403,
        '{"errors":[{"message":"Requests from other sites are refused."}]}',
      ])
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    },
  )
})

describe('a query', () => {
  test('a syntax error is answered with 200 and JSON', async () => {
    const response = await gitlab().post(
      { query: '{ broken' },
      { accept: 'application/graphql-response+json' },
    )
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      200,
      'application/json; charset=utf-8',
      {
        errors: [
          {
            message: 'Syntax Error: Expected Name, found <EOF>.',
            locations: [{ line: 1, column: 9 }],
            extensions: { code: 'GRAPHQL_PARSE_FAILED' },
          },
        ],
      },
    ])
  })

  test('a query has at most 10,000 characters, without its variables', async () => {
    const ofLength = (length: number) => '{ metadata { version } }'.padEnd(length, ' ')
    const longest = await gitlab().post({ query: ofLength(10_000), variables: { text: 'x'.repeat(20_000) } })
    expect(longest.status).toBe(200)
    const tooLong = await gitlab().post({ query: ofLength(10_001) })
    expect([tooLong.status, await tooLong.json()]).toEqual([
      422,
      { errors: [{ message: 'Query too large' }] },
    ])
  })

  test('a query has a complexity of at most 250: one for each field, also in fragments', async () => {
    const fields = (count: number) =>
      Array.from({ length: count }, (_, index) => `f${index}: version`).join(' ')
    expect(
      await gitlab().ask(
        `{ metadata { ...F } queryComplexity { score } } fragment F on Metadata { ${fields(247)} }`,
      ),
    ).toMatchObject({ data: { queryComplexity: { score: 250 } } })
    expect(await gitlab().ask(`{ metadata { ${fields(250)} } }`)).toEqual({
      errors: [{ message: 'Query has complexity of 251, which exceeds max complexity of 250' }],
    })
  })

  test("a global id of another model is refused in GitLab's words", async () => {
    const { errors } = await gitlab().ask(
      `{ user(id: "${purchaseGid(1)}") { id } other: user(id: "7") { id } }`,
    )
    expect(errors?.map(({ message }) => message)).toEqual([
      `"${purchaseGid(1)}" does not represent an instance of User`,
      '"7" is not a valid Global ID',
    ])
  })

  test('a variable of the wrong type is answered with 200', async () => {
    const query = 'query A($id: UserID!) { user(id: $id) { id } }'
    const response = await gitlab().post({ query, variables: { id: 'ada' } })
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        errors: [
          {
            message: 'Variable "$id" got invalid value "ada"; "ada" is not a valid Global ID',
            locations: [{ line: 1, column: 9 }],
          },
        ],
      },
    ])
  })

  test('the operation name chooses an operation of a document', async () => {
    const query = 'query A { metadata { version } } query B { user(username: "ada") { username } }'
    const ask = async (operationName?: string) => {
      const response = await gitlab().post({ query, operationName })
      return [response.status, await response.json()]
    }
    expect(await ask('B')).toEqual([200, { data: { user: { username: 'ada' } } }])
    expect(await ask('C')).toEqual([200, { errors: [{ message: 'No operation named "C"' }] }])
    expect(await ask()).toEqual([200, { errors: [{ message: 'An operation name is required' }] }])
  })

  test('an answer has a request id', async () => {
    const { headers } = await query({})
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('GraphQL over HTTP', () => {
  const bearer = () => ({ authorization: `Bearer ${gitlab().token}` })
  const version = { data: { metadata: { version: '18.6.0-ee' } } }

  async function ask(path: string, init: RequestInit = {}): Promise<[number, unknown]> {
    const response = await fetch(`${gitlab().url}/api/graphql${path}`, {
      ...init,
      headers: { ...bearer(), ...init.headers },
    })
    return [response.status, await response.json()]
  }

  test('a form and a query string are accepted in place of JSON', async () => {
    const query = '{ metadata { version } }'
    const body = new URLSearchParams({ query, variables: '' })
    expect(await ask('', { method: 'POST', body })).toEqual([200, version])
    expect(await ask(`?query=${encodeURIComponent(query)}`)).toEqual([200, version])
  })

  test('a mutation in a GET request is refused', async () => {
    const mutation = 'mutation { echoCreate(input: {}) { errors } }'
    expect(await ask(`?query=${encodeURIComponent(mutation)}`)).toEqual([
      422,
      { errors: [{ message: 'Mutations are forbidden in GET requests' }] },
    ])
  })

  test('variables may be JSON text, and unknown parameters are ignored', async () => {
    const query = 'query Find($name: String) { user(username: $name) { username } }'
    const body = JSON.stringify({ query, variables: '{"name":"ada"}', unknown: 1 })
    const headers = { 'content-type': 'application/json' }
    expect(await ask('', { method: 'POST', body, headers })).toEqual([
      200,
      { data: { user: { username: 'ada' } } },
    ])
  })

  test.each([
    [200, '{}', 'No query string was present'],
    [400, '{', 'The body is not valid JSON.'],
    [400, '[]', 'The body is not a JSON object.'],
    [400, 'null', 'The body is not a JSON object.'],
    [422, '{"query":"{ a }","variables":"{"}', 'The variables are not valid JSON.'],
    [422, '{"query":"{ a }","variables":[1]}', 'Unexpected parameter: [1]'],
  ])('the status is %i for the body %s', async (status, body, message) => {
    const headers = { 'content-type': 'application/json' }
    expect(await ask('', { method: 'POST', body, headers })).toEqual([status, { errors: [{ message }] }])
  })

  test('other methods and other content types are refused', async () => {
    expect(await ask('', { method: 'PUT', body: '{}' })).toEqual([
      405,
      { errors: [{ message: 'Use GET or POST.' }] },
    ])
    expect(await ask('', { method: 'POST', body: '{}' })).toEqual([
      415,
      { errors: [{ message: 'The content type must be application/json.' }] },
    ])
  })

  test('a failure of the store is answered with 500 without details, and printed', async () => {
    const workdir = await openTeam()
    const broken = await startGitLab(workdir)
    const database = new Database(workdir.join('store.db'))
    database.exec('DROP TABLE seats')
    database.close()
    const response = await broken.post({
      query: '{ metadata { version } addOnPurchases { assignedQuantity } }',
    })
    expect([response.status, await response.json()]).toEqual([
      500,
      { errors: [{ message: 'Internal server error' }] },
    ])
    expect(broken.stderr).toContain('error: A request failed: no such table: seats\n')
  })

  test('a client that leaves in the middle of its request is no failure', async () => {
    const { hostname, port } = new URL(gitlab().url)
    const socket = connect(Number(port), hostname)
    const head = [
      'POST /api/graphql HTTP/1.1',
      `host: ${hostname}:${port}`,
      `authorization: Bearer ${gitlab().token}`,
      'content-type: application/json',
      'content-length: 100',
      'expect: 100-continue',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    await once(socket, 'data')
    socket.destroy()
    expect((await query({})).status).toBe(200)
    expect(gitlab().stderr).not.toContain('error:')
  })
})

describe('a browser', () => {
  const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'

  test('a browser gets the same JSON at the address of the API', async () => {
    const { status, headers, body } = await send('/api/graphql', { accept })
    expect([status, headers['content-type'], body.toString()]).toEqual([
      401,
      'application/json; charset=utf-8',
      '{"errors":[{"message":"Invalid token"}]}',
    ])
  })

  test.each(['/', '/-/graphql-explorer'])(
    'a browser gets a page at %s that loads nothing and holds no token',
    async (path) => {
      const { status, headers, body } = await send(path, { accept })
      expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
      expect(body.toString()).not.toMatch(/src|href|url\(|script/)
      expect(body.includes(gitlab().token)).toBe(false)
    },
  )
})

describe('an unknown path', () => {
  test('an unknown path is answered with a page, and below /api/ with JSON', async () => {
    const page = await send('/admin', {})
    expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    const api = await send('/api/v4/todos', { authorization: `Bearer ${gitlab().token}` })
    expect([api.status, api.body.toString()]).toEqual([404, '{"error":"404 Not Found"}'])
  })
})

describe('a hostile request', () => {
  test.each([
    ['fields', `{${'a{'.repeat(4_800)}`],
    ['lists', `{a(b:${'['.repeat(4_800)}`],
    ['objects', `{a(b:${'{c:'.repeat(3_000)}`],
  ])(
    'a hostile request with 3,000 nested %s or more is answered as a query that is too deep',
    async (_, query) => {
      const response = await gitlab().post({ query })
      expect(response.status).toBe(200)
      expect(await response.text()).toMatch(/Query has depth of \d+, which exceeds max depth of 200/)
    },
  )

  test('a hostile request without a query is answered in the words of GitLab', async () => {
    for (const body of [{ query: null }, { query: [] }, {}]) {
      const response = await gitlab().post(body)
      expect([response.status, await response.json()]).toEqual([
        200,
        { errors: [{ message: 'No query string was present' }] },
      ])
    }
  })

  test('a hostile request with brackets in a text is not deep', async () => {
    const query = `{ users(search: "${'['.repeat(300)}") { count } }`
    expect(await gitlab().ask(query)).toEqual({ data: { users: { count: 0 } } })
  })

  test('a hostile request leaves no token in the log', async () => {
    const { token, stderr } = gitlab()
    const from = stderr.length
    const headers = { authorization: `Bearer ${token}` }
    for (const path of [
      `/api/v4/users?private_token=${token}`,
      `/api/v4/users%3Fprivate_token=other-secret`,
      `/api/v4/user;private_token=other-secret`,
      `/api/v4/${token}`,
    ])
      await send(path, headers)
    await gitlab().post({ query: `query ${token.replaceAll('-', '_')} { x }`, operationName: token })
    await gitlab().post({ query: '{ x }' }, { authorization: 'Bearer wrong' })
    const log = gitlab().stderr.slice(from)
    expect(log).toContain('/api/v4/user')
    expect(log).not.toContain(token)
    expect(log).not.toContain('other-secret')
  })
})
