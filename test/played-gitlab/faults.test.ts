import { describe, expect, test } from 'vitest'
import { FaultDice, parseFaults } from '../../src/played-gitlab/faults.ts'
import { type GitLabAddress, postToGitLab } from '../support/gitlab-address.ts'
import { hostGitLab } from '../support/host-gitlab.ts'
import { listHolders } from '../support/read-store.ts'
import { openTeam } from '../support/sample-team.ts'
import { startGitLab } from '../support/serve.ts'
import { purchaseGid, userGid } from './shared-gitlab.ts'

const give = {
  query:
    'mutation Give($input: UserAddOnAssignmentCreateInput!) { userAddOnAssignmentCreate(input: $input) { errors } }',
  variables: { input: { addOnPurchaseId: purchaseGid(1), userId: userGid(2) } },
}

/** The status, content type and Retry-After of each answer; `dropped` without an answer. */
async function listAnswers(gitlab: GitLabAddress, count: number): Promise<string[]> {
  const answers: string[] = []
  for (let index = 0; index < count; index += 1) {
    answers.push(
      await postToGitLab(gitlab, { query: '{ metadata { version } }' }).then(
        async (response) => {
          await response.text()
          const wait = response.headers.get('retry-after')
          const type = response.headers.get('content-type')?.split(';', 1)[0]
          return `${response.status} ${type}${wait === null ? '' : ` wait ${wait}`}`
        },
        () => 'dropped',
      ),
    )
  }
  return answers
}

describe('--fail', () => {
  test.each([
    ['drop', ['ada'], 'dropped'],
    ['drop-after', ['ada', 'Bob'], 'dropped after the work'],
  ])('the fault %s closes the connection without an answer', async (kind, holders, status) => {
    const workdir = await openTeam()
    const gitlab = await startGitLab(workdir, undefined, ['--fail', `${kind}:1`])
    await expect(gitlab.post(give)).rejects.toThrow('fetch failed')
    expect(listHolders(workdir)).toEqual(holders)
    await gitlab.stop()
    expect(gitlab.stderr).toMatch(new RegExp(`^POST \\S+ ${status} \\d+ ms\\n$`))
  })

  test.each(['502', '503', '504'])(
    'the fault %s answers with a web page and changes nothing',
    async (kind) => {
      const workdir = await openTeam()
      const gitlab = await hostGitLab(workdir.join('store.db'), { faults: `${kind}:1` })
      const response = await gitlab.post(give)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        Number(kind),
        'text/html; charset=utf-8',
      ])
      expect(await response.text()).toMatch(/^<!DOCTYPE html>\n/)
      expect(listHolders(workdir)).toEqual(['ada'])
    },
  )

  test('the fault late answers with 504 at once, and the work is done later', async () => {
    const workdir = await openTeam()
    const gitlab = await hostGitLab(workdir.join('store.db'), { faults: 'late:1' })
    expect((await gitlab.post(give)).status).toBe(504)
    expect(listHolders(workdir)).toEqual(['ada'])
    await expect.poll(() => listHolders(workdir), { timeout: 60_000 }).toEqual(['ada', 'Bob'])
  })

  test('the fault internal-error has two statuses, and half of its calls are carried out', async () => {
    const workdir = await openTeam()
    const gitlab = await startGitLab(workdir, undefined, ['--fail', 'internal-error:1', '--seed', '5'])
    const seen = new Set<string>()
    for (let call = 0; call < 16; call += 1) {
      const answer = await gitlab.post(give)
      seen.add(`${answer.status} ${await answer.text()}`)
    }
    const body = '{"errors":[{"message":"Internal server error"}]}'
    expect([...seen].sort()).toEqual([`200 ${body}`, `500 ${body}`])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('half of the faults 429 have a Retry-After header', async () => {
    const workdir = await openTeam()
    const gitlab = await hostGitLab(workdir.join('store.db'), { faults: '429:1', seed: 1 })
    const answers = await listAnswers(gitlab, 40)
    expect(new Set(answers)).toEqual(new Set(['429 text/plain', '429 text/plain wait 1']))
    const saying = answers.filter((answer) => answer.endsWith('wait 1')).length
    expect(saying).toBeGreaterThan(10)
    expect(saying).toBeLessThan(30)
  })

  test('the same seed gives the same faults, and pages outside the API get none', async () => {
    const options = { faults: '429:0.2,502:0.1,drop:0.1', seed: 7 }
    const store = (await openTeam()).join('store.db')
    const [one, two] = [await hostGitLab(store, options), await hostGitLab(store, options)]
    const answers = await listAnswers(one, 40)
    expect(await listAnswers(two, 40)).toEqual(answers)
    expect(new Set(answers.map((answer) => answer.split(' ')[0]))).toEqual(
      new Set(['200', '429', '502', 'dropped']),
    )
    const pages = Array.from({ length: 20 }, () => fetch(`${one.url}/-/graphql-explorer`))
    expect((await Promise.all(pages)).map(({ status }) => status)).toEqual(pages.map(() => 404))
  })

  test('faults are as frequent as their probabilities', () => {
    const dice = new FaultDice(parseFaults('429:0.1,502:0.05,drop-after:.02') ?? [], 3)
    const draws = Array.from({ length: 20_000 }, () => dice.draw())
    const share = (kind: string | null) => draws.filter((draw) => draw === kind).length / draws.length
    expect(share('429')).toBeCloseTo(0.1, 1.9)
    expect(share('502')).toBeCloseTo(0.05, 1.9)
    expect(share('drop-after')).toBeCloseTo(0.02, 1.9)
    expect(share(null)).toBeCloseTo(0.83, 1.9)
  })

  test.each(['', '429', '429:2', '429:-1', '500:0.1', '429:0.6,502:0.6', '429:0.1,', 'drop:x'])(
    'the text "%s" holds no valid faults',
    (text) => expect(parseFaults(text)).toBeNull(),
  )
})

describe('--latency', () => {
  test('the latency passes before each answer, at the same time for concurrent requests', async () => {
    const workdir = await openTeam()
    const gitlab = await hostGitLab(workdir.join('store.db'), { latencyMs: 1_000 })
    const startedAt = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gitlab.ask('{ metadata { version } }')),
    )
    const ms = performance.now() - startedAt
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(ms).toBeGreaterThan(995)
    // One after the other, the requests would take 20 s.
    expect(ms).toBeLessThan(20_000)
  })
})
