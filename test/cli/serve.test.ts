import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { hostname } from 'node:os'
import { text } from 'node:stream/consumers'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeSnapshot } from '../support/make-snapshot.ts'
import { runMain } from '../support/run-main.ts'
import { openTeam } from '../support/sample-team.ts'
import { startGitLab } from '../support/serve.ts'
import { syncStore } from '../support/sync-store.ts'
import { Workdir } from '../support/workdir.ts'

describe('serve', () => {
  test('serve prints the commands to link a store, and exits with 0 after Ctrl-C', async () => {
    const workdir = await openTeam()
    const gitlab = await startGitLab(workdir)
    expect(gitlab.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(gitlab.token).toMatch(/^glpat-[\w-]{20}$/)
    expect(gitlab.stdout).toBe(
      [
        `${gitlab.url} plays https://gitlab.example.com, with GitLab 18.6.0-ee`,
        '',
        'Type this in another shell:',
        '',
        `  export GITLAB_TOKEN=${gitlab.token}`,
        `  export DUO_SEATS_STORE=${workdir.join('practice.db')}`,
        `  duo-seats link ${gitlab.url}`,
        '',
        'Ctrl-C stops it.',
        '',
      ].join('\n'),
    )
    expect(await gitlab.stop('SIGINT')).toBe(0)
    expect(gitlab.stderr).toBe('')
  })

  test('serve exits with 0 after a termination signal, without an answer to a request that waits', async () => {
    const gitlab = await startGitLab(await openTeam(), undefined, ['--latency', '1h'])
    const { hostname, port } = new URL(gitlab.url)
    const socket = connect(Number(port), hostname)
    // The server sends "100 Continue" when it starts on the request.
    socket.write(
      `POST /api/graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n`,
    )
    await once(socket, 'data')
    const answer = text(socket).catch(() => 'none')
    expect(await gitlab.stop('SIGTERM')).toBe(0)
    expect(await answer).not.toContain('HTTP/1.1 200')
  })

  test('serve prints a line for each request, with escaped names, and none with --quiet', async () => {
    const workdir = await openTeam()
    const gitlab = await startGitLab(workdir)
    await gitlab.ask('query Version { metadata { version } }')
    await gitlab.post({ query: '{ x }' }, { authorization: 'Bearer wrong' })
    const nameless = await gitlab.post({ query: '{ metadata { version } }', operationName: 'a\u001b[31m\nb' })
    await nameless.text()
    await gitlab.stop()
    expect(gitlab.stderr.replaceAll(/\d+ ms/g, 'N ms').split('\n')).toEqual([
      'POST Version 200 N ms',
      'POST /api/graphql 401 N ms',
      'POST a\\u{1b}[31m\\u{a}b 200 N ms',
      '',
    ])
    const quiet = await startGitLab(workdir, undefined, ['--quiet'])
    await quiet.ask('{ metadata { version } }')
    await quiet.stop()
    expect([quiet.stderr, quiet.stdout]).toEqual(['', expect.stringContaining('GITLAB_TOKEN=')])
  })

  test('serve prints no warning of Node while many requests wait for --latency', async () => {
    const gitlab = await startGitLab(await openTeam(), undefined, ['--latency', '200ms', '--quiet'])
    await Promise.all(Array.from({ length: 20 }, () => gitlab.ask('{ metadata { version } }')))
    await gitlab.stop()
    expect(gitlab.stderr).toBe('')
  })

  test('serve requires the token of --token-file, and does not print it', async () => {
    const workdir = await openTeam()
    workdir.write('token', 'glpat-of-mine\n')
    const gitlab = await startGitLab(workdir, undefined, ['--token-file', 'token'])
    expect(gitlab.stdout).not.toContain('of-mine')
    expect(gitlab.stdout).toContain('  export GITLAB_TOKEN="$(cat token)"\n')
    const response = await gitlab.post(
      { query: '{ currentUser { username } }' },
      { authorization: 'Bearer glpat-of-mine' },
    )
    expect(await response.json()).toEqual({ data: { currentUser: { username: 'root' } } })
  })

  test('serve reads the token from standard input', async () => {
    const workdir = await openTeam()
    const child = workdir.start(['serve', '--port', '0', '--token-file', '-'])
    onTestFinished(() => void child.kill())
    child.stdin?.end('glpat-piped')
    const stdout = await new Promise<string>((done) =>
      child.stdout?.once('data', (data) => done(String(data))),
    )
    expect(stdout).toContain('  export GITLAB_TOKEN=… # the token from standard input\n')
    const url = /http:\/\/\S+:\d+/.exec(stdout)?.[0]
    const answer = await fetch(`${url}/api/v4/personal_access_tokens/self`, {
      headers: { authorization: 'Bearer glpat-piped' },
    })
    expect(answer.status).toBe(200)
  })

  test('serve prints the group of a GitLab.com store', async () => {
    const workdir = new Workdir()
    const subscription = {
      offering: 'gitlab.com',
      url: 'https://gitlab.com',
      group: 'acme',
      plan: 'ultimate',
      gitlab_version: '18.6.0',
      last_sync_at: null,
    }
    await syncStore(workdir, makeSnapshot({ subscription }))
    const gitlab = await startGitLab(workdir, undefined, ['--gitlab-version', 'v17.11.2-ee'])
    expect(gitlab.stdout).toContain(
      `${gitlab.url} plays https://gitlab.com, group acme, with GitLab 17.11.0-ee\n`,
    )
    expect(gitlab.stdout).toContain(`  duo-seats link ${gitlab.url} --group acme\n`)
  })

  test('serve quotes a group that the shell would take apart', async () => {
    const workdir = new Workdir()
    const subscription = {
      offering: 'gitlab.com',
      url: 'https://gitlab.com',
      group: "a; rm -r b's",
      plan: 'ultimate',
      gitlab_version: '18.6.0',
      last_sync_at: null,
    }
    await syncStore(workdir, makeSnapshot({ subscription }))
    const gitlab = await startGitLab(workdir)
    expect(gitlab.stdout).toContain(`  duo-seats link ${gitlab.url} --group 'a; rm -r b'\\''s'\n`)
  })

  test('serve warns with --host that other machines can connect', async () => {
    const gitlab = await startGitLab(await openTeam(), undefined, ['--host', '0.0.0.0'])
    expect(new URL(gitlab.url).hostname).toBe(hostname().toLowerCase())
    const local = `http://127.0.0.1:${new URL(gitlab.url).port}`
    const ask = (headers: Record<string, string>) =>
      fetch(`${local}/api/v4/personal_access_tokens/self`, { headers })
    expect((await ask({})).status).toBe(401)
    expect((await ask({ origin: 'http://evil.example.com' })).status).toBe(403)
    expect(gitlab.stderr).toContain(
      'warning: Other machines can reach this server, and the connection is not encrypted. The command "link" works from this machine only.\n',
    )
  })

  test('serve reports a port in use', async () => {
    const workdir = await openTeam()
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    expect(await workdir.run(['serve', '--port', String(port)])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: Port ${port} is in use.\nhint: Choose another with --port; --port 0 takes a free one.\n`,
    })
  })

  test('serve reports a host that is not this machine', async () => {
    const workdir = await openTeam()
    const { code, stderr } = await workdir.inProcess.run(['serve', '--port', '0', '--host', '192.0.2.1'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: The host 192\.0\.2\.1 cannot be used: .+\.\nhint: Pass an address/)
  })

  test('serve refuses a store that is linked to a GitLab', async () => {
    const workdir = await openTeam()
    const database = new Database(workdir.join('store.db'))
    database.exec(
      "INSERT INTO link (id, url, group_path, linked_at) VALUES (1, 'https://gitlab.example.com', NULL, '2026-03-02T08:00:00Z')",
    )
    database.close()
    expect(await workdir.inProcess.run(['serve', '--port', '0'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: The store is linked to a GitLab. Played changes would look like changes that it has confirmed.\n' +
        'hint: Serve a copy: "duo-seats sync --to copy.json", then "duo-seats sync --from copy.json --store copy.db".\n',
    })
  })

  test('serve refuses an empty store', async () => {
    const workdir = new Workdir()
    workdir.write('store.db', '')
    const { code, stderr } = await workdir.inProcess.run(['serve', '--port', '0'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      'error: The store is empty: it has no users and no seats.',
    ])
  })

  test.each([
    ['--port', '65536', 'It takes a whole number from 0 to 65535.'],
    ['--port', 'x', 'It takes a whole number from 0 to 65535.'],
    ['--host', 'http://x', 'It takes an address, such as 0.0.0.0.'],
    ['--latency', '5', 'It takes a span of time, such as 200ms, 90s, 15m or 1h.'],
    ['--latency', '600h', 'It takes a span of 24 days at most: 576h.'],
    ['--gitlab-version', 'old', 'It takes a version of GitLab, such as 17.3.'],
    [
      '--fail',
      '429:2',
      'It takes faults with probabilities of 1 or less in total, such as 429:0.1,drop:0.02.',
    ],
    ['--seed', '-1', 'It takes a whole number from 0 to 4294967295.'],
  ])('serve refuses %s %s', async (option, value, sentence) => {
    const finished = await runMain(['serve', `${option}=${value}`])
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain(sentence)
  })
})
