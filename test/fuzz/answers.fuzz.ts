import { existsSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase } from '../support/make-snapshot.ts'
import type { Tampering } from '../support/tampering-proxy.ts'
import { countSurplus, expectNoLeftovers, expectSound } from './expect-sound.ts'
import { fuzz } from './fuzz.ts'
import { changeValues, valueChanges } from './mutated-json.ts'
import { changeText, textChanges } from './mutated-text.ts'

const json = { 'content-type': 'application/json' }

const addedErrors = fc.constantFrom<unknown>(
  ...[[null], [], 'x', [{ message: null }], [{ message: 'Internal server error' }], [{}], null, [[]]],
  ...[[{ message: 'Timeout on User.name' }], [{ message: 'Field does not exist' }], { message: 'x' }],
)

const tamperings: fc.Arbitrary<Tampering> = fc.oneof(
  { weight: 5, arbitrary: valueChanges.map((changes) => rewriteJson((body) => changeValues(body, changes))) },
  {
    weight: 2,
    arbitrary: textChanges.map((changes) => ({ rewrite: (body: string) => changeText(body, changes) })),
  },
  {
    weight: 2,
    arbitrary: fc.nat(3000).map((length) => ({ rewrite: (body: string) => body.slice(0, length) })),
  },
  {
    weight: 3,
    arbitrary: addedErrors.map((errors) => rewriteJson((body) => ({ ...(body as object), errors }))),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        status: fc.constantFrom(200, 204, 301, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504),
        body: fc.constantFrom(
          '',
          '{}',
          'null',
          '[]',
          '<html>',
          '{"errors":[{"message":"x"}]}',
          '{"data":null}',
        ),
        headers: fc.constantFrom<Record<string, string>>(json, {}, { 'content-type': 'text/html' }),
      })
      .map((answer) => answer),
  },
  { weight: 1, arbitrary: fc.constantFrom<Tampering>('drop', 'drop-after') },
)

function rewriteJson(change: (body: unknown) => unknown): Tampering {
  return { rewrite: (body) => JSON.stringify(change(JSON.parse(body))) }
}

const commands = fc.constantFrom(
  ['sync'],
  ['assign', 'Bob', 'carol', 'dora'],
  ['unassign', 'ada', 'Bob', '--yes'],
  ['assign', 'frank', 'eve'],
  ['reclaim', '--to-free', '2', '--yes'],
  ['doctor'],
  ['link', 'URL', '--store', 'other.db'],
  ['bulk-assign', 'people.csv', '--results=results.json'],
  ['assign', 'new-user@example.com', '99', 'typo'],
)

/** The shortest waits for calls without an answer, and between retries. */
const env = { DUO_SEATS_RETRY_BASE_MS: '1' }

/** GitLab shows no purchase, or lacks the API: these are documented with code 1. */
const documentedFailure =
  /no active Duo|needs GitLab|over its API|cannot list users|hides|GitLab \S+ (cannot|has)/

function hasFormat([name = '']: readonly string[]): boolean {
  return name !== 'doctor' && name !== 'link'
}

function fillIn(command: readonly string[], { proxy }: LinkedTeam): string[] {
  return command.map((word) => (word === 'URL' ? proxy.url : word))
}

/** For GraphQL and REST. */
function setTampering({ proxy }: LinkedTeam, tamper: () => Tampering): void {
  proxy.tamper = tamper
  proxy.tamperRest = tamper
}

test('an answer of any form leaves GitLab and the store in a state that the next sync completes', async () => {
  const team = await openLinkedTeam({ add_on_purchases: [makePurchase({ quantity: 3 })] })
  team.workdir.write('people.csv', 'username\nada\nBob\ncarol\neve\nfrank\n')
  const one = fc.record({
    command: commands,
    first: fc.nat(6),
    times: fc.constantFrom(1, 1, 1, 2, 99),
    tampering: tamperings,
  })
  await fuzz(one, async ({ command, first, times, tampering }) => {
    rmSync(team.workdir.join('other.db'), { force: true })
    let sent = 0
    const tamper = () => {
      const isTampered = sent >= first && sent < first + times
      sent += 1
      return isTampered ? tampering : 'pass'
    }
    setTampering(team, tamper)
    const args = [...fillIn(command, team), '--timeout', '1s', '--format=json'].filter(
      (arg) => hasFormat(command) || arg !== '--format=json',
    )
    const finished = await team.inProcess.run(args, { env })
    expectSound(args, finished)
    expectNoLeftovers(team.workdir)
    if (finished.code === 1 && command[0] !== 'doctor') expect(finished.stderr).toMatch(documentedFailure)
    if (command[0] === 'link' && finished.code !== 0)
      expect(existsSync(team.workdir.join('other.db')), finished.stderr).toBe(false)
    expect(countSurplus(team.workdir, 'gitlab.db')).toEqual([0])
    setTampering(team, () => 'pass')
    const synced = await team.inProcess.run(['sync', '--quiet'], { env })
    expect([0, 3], synced.stderr).toContain(synced.code)
    expect(team.listOwnHolders()).toEqual(team.listGitLabHolders())
  })
})
