import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { hostedToken } from '../support/host-gitlab.ts'
import { startHttpPeer } from '../support/http-peer.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { startAtTerminal } from '../support/run-at-terminal.ts'
import { collect, Workdir } from '../support/workdir.ts'

/** Runs `link` at a terminal, with a server that refuses every token. `typed` follows the request for the token. */
async function linkTyping(typed: string) {
  const peer = await startHttpPeer([{ status: 401, body: { errors: [{ message: 'Invalid token' }] } }])
  const child = startAtTerminal(new Workdir(), ['link', peer.url, '--token-file', '-'], {})
  const finished = collect(child)
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text))
  while (!/not\s+shown/.test(screen)) await delay(20)
  child.stdin.write(typed)
  const { code } = await finished
  return { code, screen, tokens: peer.seen.map(({ headers }) => headers.authorization) }
}

// `script` gives the command a terminal.
describe.runIf(existsSync('/usr/bin/script'))('a token that is typed at a terminal', () => {
  test.each([
    ['Enter and Ctrl-D', 'glpat-abc\r\u0004'],
    ['Ctrl-D alone', 'glpat-abc\u0004'],
    ['corrections', 'glpat-xyz\u007f\u007f\u007fabc\r\u0004'],
  ])('a token that is typed with %s is used, and the terminal does not show it', async (_, typed) => {
    const { code, screen, tokens } = await linkTyping(typed)
    expect([code, tokens]).toEqual([4, ['Bearer glpat-abc']])
    expect(screen).not.toMatch(/glpat|abc/)
  })

  test('an empty input is a usage error', async () => {
    const { screen, ...end } = await linkTyping('\u0004')
    expect(end).toEqual({ code: 2, tokens: [] })
    expect(screen).toContain('error: Standard input is empty: it must contain a GitLab token.')
  })

  test('the page reads a typed token for its first sync, and the terminal does not show it', async () => {
    const team = await openLinkedTeam()
    const child = team.startAtTerminal(['page', '--no-open', '--port', '0', '--token-file', '-'])
    const finished = collect(child)
    let screen = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (screen += text))
    while (!screen.includes('Ctrl-C')) await delay(20)
    const { origin, hash } = new URL(/http:\S+/.exec(screen)?.[0] ?? '')
    const synced = fetch(`${origin}/api/sync`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hash.slice(1)}`, 'content-type': 'application/json' },
      body: '{}',
    })
    while (!/not\s+shown/.test(screen)) await delay(20)
    child.stdin?.write(`${hostedToken}\r\u0004`)
    expect((await synced).status).toBe(200)
    child.stdin?.write('\u0003')
    await finished
    expect(screen).not.toContain(hostedToken)
  })

  test('Ctrl-C while a token is typed ends the command, and sends the token nowhere', async () => {
    const { screen, ...end } = await linkTyping('glpat-abc\u0003')
    expect(end).toEqual({ code: 130, tokens: [] })
    expect(screen).toContain('error: Interrupted: nothing was written.')
    expect(screen).not.toContain('glpat-abc')
  })
})
