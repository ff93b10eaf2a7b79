import { chmodSync, copyFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { openPage } from '../support/open-page.ts'
import { openTeam } from '../support/sample-team.ts'

async function openTeamPage(options: Parameters<typeof openPage>[1] = {}) {
  const workdir = await openTeam()
  return { workdir, page: await openPage(workdir.join('store.db'), options) }
}

/** fetch() chooses the Host header itself. */
function askAs(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((done, fail) => {
    request(url, { headers }, (response) => done(response.resume().statusCode))
      .on('error', fail)
      .end()
  })
}

function replaceByLink(file: string): void {
  renameSync(file, `${file}-moved`)
  symlinkSync(`${file}-moved`, file)
}

const assignBob = { command: 'assign', add_on: null, user_ids: [2], dry_run: false }

describe('the page', () => {
  test('the page answers 401 without the secret and with a wrong one, on every path of the interface', async () => {
    const { page } = await openTeamPage()
    const statuses = await Promise.all(
      ['/api/status', '/api/users', '/api/changes', '/api/nothing'].map(async (path) => {
        const without = await fetch(page.origin + path)
        const wrong = await page.fetch(path, { headers: { authorization: `Bearer ${page.secret}x` } })
        return [without.status, wrong.status]
      }),
    )
    expect(statuses).toEqual([
      [401, 401],
      [401, 401],
      [401, 401],
      [401, 401],
    ])
    expect(await (await fetch(`${page.origin}/api/status`)).json()).toEqual({
      schema: 1,
      error: {
        code: 'unauthorized',
        message: 'The secret of the address is missing or wrong.',
        hint: 'Open the whole address that "duo-seats page" printed.',
      },
    })
  })

  test('the page has the secret and the port of the start before, and another port beside a running page', async () => {
    const { workdir, page } = await openTeamPage({ port: null })
    const store = workdir.join('store.db')
    expect(page.secret).toMatch(/^[\w-]{32}$/)
    expect(statSync(`${store}-page`).mode & 0o777).toBe(0o600)
    const beside = await openPage(store, { port: null })
    expect([beside.secret, beside.origin === page.origin]).toEqual([page.secret, false])
    await page.stop()
    expect((await openPage(store, { port: null })).origin).toBe(page.origin)
  })

  test('the page has another secret when it is read-only', async () => {
    const { workdir, page } = await openTeamPage()
    const other = await openPage(workdir.join('store.db'), { isReadOnly: true })
    expect(other.secret).toMatch(/^[\w-]{32}$/)
    expect(other.secret).not.toBe(page.secret)
  })

  test.each([
    ['that other users may read', (file: string) => chmodSync(file, 0o644)],
    ['that is a symbolic link', replaceByLink],
    ['that is malformed', (file: string) => writeFileSync(file, '{')],
  ])('the page has another secret beside a kept address %s', async (_fault, spoil) => {
    const { workdir, page } = await openTeamPage()
    spoil(workdir.join('store.db-page'))
    const other = await openPage(workdir.join('store.db'))
    expect(other.secret).toMatch(/^[\w-]{32}$/)
    expect(other.secret).not.toBe(page.secret)
  })

  test('the page leads a browser to the secret once, and another path never', async () => {
    const { page } = await openTeamPage()
    const open = (address: string) => fetch(address, { redirect: 'manual' })
    const wrong = await open(`${page.origin}/open/${'x'.repeat(32)}`)
    const first = await open(page.openingAddress)
    const second = await open(page.openingAddress)
    expect([wrong.status, first.status, second.status]).toEqual([410, 302, 410])
    expect(first.headers.get('location')).toBe(`/#${page.secret}`)
    expect(page.openingAddress).not.toContain(page.secret)
  })

  test.each([
    ['replaced', (file: string, other: string) => renameSync(other, file)],
    ['deleted', (file: string) => rmSync(file)],
  ])(
    'the page refuses every request once the store is %s, and changes no other store',
    async (_fault, harm) => {
      const { workdir, page } = await openTeamPage()
      const other = await openTeam()
      copyFileSync(other.join('store.db'), workdir.join('other.db'))
      harm(workdir.join('store.db'), workdir.join('other.db'))
      const refused = {
        error: {
          code: 'failed',
          message: `The store ${workdir.join('store.db')} was deleted or replaced while the page was open.`,
        },
      }
      const change = { command: 'assign', add_on: null, user_ids: [2], dry_run: false }
      expect(await page.read('/api/status')).toMatchObject([500, refused])
      expect(await page.read('/api/users?seat=held')).toMatchObject([500, refused])
      expect(await page.send('/api/runs', change)).toMatchObject([500, refused])
      const { code, stdout } = await workdir.inProcess.run(['list', '--format', 'csv'])
      expect([code, /^ada,/m.test(stdout), /^Bob,/m.test(stdout)]).toEqual(
        _fault === 'replaced' ? [0, true, false] : [1, false, false],
      )
    },
  )

  test('the page refuses another host name and another origin with 403, also with the secret', async () => {
    const { page } = await openTeamPage()
    const url = `${page.origin}/api/status`
    const authorization = `Bearer ${page.secret}`
    const { port } = new URL(url)
    expect([
      await askAs(url, { authorization, host: `evil.example:${port}` }),
      await askAs(url, { authorization, origin: 'https://evil.example' }),
      await askAs(url, { authorization, origin: 'null' }),
      await askAs(url, { authorization, host: `localhost:${port}`, origin: `http://localhost:${port}` }),
      await askAs(`${page.origin}/`, { host: `evil.example:${port}` }),
    ]).toEqual([403, 403, 403, 200, 403])
  })

  test('the page sends the headers of safety with every response', async () => {
    const { page } = await openTeamPage()
    const responses = [
      await page.fetch('/'),
      await page.fetch('/nothing'),
      await page.fetch('/api/status'),
      await page.fetch('/api/status', { headers: { authorization: 'none' } }),
      await page.fetch('/api/status', { headers: { origin: 'https://evil.example' } }),
      await page.fetch('/api/nothing'),
      await page.post('/api/runs', { command: 'assign' }),
      await page.post('/api/runs', assignBob),
    ]
    const names = [
      'content-security-policy',
      'cache-control',
      'referrer-policy',
      'x-content-type-options',
      'x-frame-options',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
    ]
    expect(responses.map(({ status }) => status)).toEqual([404, 404, 200, 401, 403, 404, 400, 200])
    for (const { headers } of responses)
      expect(names.map((name) => headers.get(name))).toEqual([
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'no-store',
        'no-referrer',
        'nosniff',
        'DENY',
        'same-origin',
        'same-origin',
      ])
  })

  test('the page serves the three files of the browser without the secret, and nothing beside them', async () => {
    const { workdir, page } = await openTeamPage()
    expect(await (await fetch(`${page.origin}/`)).text()).toBe(
      'index.html is missing: the seat page was not built.\n',
    )
    for (const name of ['index.html', 'app.js', 'app.css', 'other.js'])
      workdir.write(`files/${name}`, `of ${name}`)
    const built = await openPage(workdir.join('store.db'), { filesFolder: workdir.join('files') })
    const answers = await Promise.all(
      ['/', '/app.js', '/app.css', '/other.js', '/..%2fstore.db', '//'].map(async (path) => {
        const response = await fetch(built.origin + path)
        return [response.status, response.headers.get('content-type'), await response.text()]
      }),
    )
    expect(answers).toEqual([
      [200, 'text/html; charset=utf-8', 'of index.html'],
      [200, 'text/javascript; charset=utf-8', 'of app.js'],
      [200, 'text/css; charset=utf-8', 'of app.css'],
      [404, 'text/plain; charset=utf-8', 'The seat page has no /other.js.\n'],
      [404, 'text/plain; charset=utf-8', 'The seat page has no /..%2fstore.db.\n'],
      [404, 'text/plain; charset=utf-8', 'The seat page has no //.\n'],
    ])
  })

  test('the page answers 404 for an unknown path, and 405 for another method', async () => {
    const { page } = await openTeamPage()
    const unknown = await page.read('/api/nothing')
    const get = await page.fetch('/api/sync')
    const post = await page.post('/api/status', {})
    expect(unknown).toEqual([404, { schema: 1, error: expect.objectContaining({ code: 'not_found' }) }])
    expect([get.status, get.headers.get('allow'), post.status, post.headers.get('allow')]).toEqual([
      405,
      'POST',
      405,
      'GET',
    ])
  })

  test('the page answers 413 for a body above 4 MiB, and goes on', async () => {
    const { page } = await openTeamPage()
    const body = { ...assignBob, user_ids: Array.from({ length: 1_000_000 }, () => 12_345) }
    expect(await page.send('/api/runs', body)).toEqual([
      413,
      {
        schema: 1,
        error: {
          code: 'too_large',
          message: 'The body of the request is larger than 4 MiB.',
          hint: 'Choose fewer users at a time.',
        },
      },
    ])
    expect((await page.send('/api/runs', assignBob))[0]).toBe(200)
  })

  test.each([
    ['no JSON', 'The body is not valid JSON.'],
    [{ ...assignBob, user_ids: [] }, /^The body is malformed at user_ids: /],
    [{ ...assignBob, user_ids: ['ada'] }, /^The body is malformed at user_ids.0: /],
    [{ ...assignBob, command: 'seize' }, /^The body is malformed at command: /],
    [{ ...assignBob, shell: 'rm' }, /^The body is malformed at shell: /],
  ])('the page answers 400 for the body %j', async (body, message) => {
    const { page } = await openTeamPage()
    const response =
      typeof body === 'string'
        ? await page.fetch('/api/runs', { method: 'POST', body })
        : await page.post('/api/runs', body)
    const document = (await response.json()) as { error: { code: string; message: string } }
    expect([response.status, document.error.code]).toEqual([400, 'usage'])
    expect(document.error.message).toMatch(message)
  })

  test('the page refuses every change with --read-only, and shows the seats', async () => {
    const { workdir, page } = await openTeamPage({ isReadOnly: true })
    const before = workdir.read('store.db')
    const refused = { schema: 1, error: expect.objectContaining({ code: 'read_only' }) }
    expect([
      await page.send('/api/runs', assignBob),
      await page.send('/api/runs', { ...assignBob, dry_run: true }),
      await page.send('/api/runs/1/undo', { dry_run: false }),
      await page.send('/api/sync', {}),
    ]).toEqual([
      [403, refused],
      [403, refused],
      [403, refused],
      [403, refused],
    ])
    expect(await page.read('/api/status')).toEqual([200, expect.objectContaining({ read_only: true })])
    expect(workdir.read('store.db')).toBe(before)
  })
})
