import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { countOutcomes, type ResultRow, type RunDocument } from '../support/run-document.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

const quantity = 4
const holders = [1, 2, 4]

/** Three of four seats are held and idle. One of the holders is blocked. */
const facts = {
  add_on_purchases: [makePurchase({ quantity })],
  users: [
    makeUser(2, 'Bob', { last_duo_activity_on: '2025-08-01' }),
    ...makeTeamSnapshot().users.filter(({ id }) => id !== 2),
  ],
  seats: holders.map((id) => makeSeat(id, { assigned_at: '2025-06-01T09:00:00Z' })),
}

interface Typed {
  command: string
  args: string[]
  /** The names in `list.csv`. */
  list: string[]
  onShortage: 'fill' | 'fail' | null
  maxRemovals: string | null
  maxUnknown: string | null
  dryRun: boolean
}

const name = fc.constantFrom(
  ...[
    'ada',
    'BOB',
    '@carol',
    'dora',
    'eve',
    'frank',
    'frank',
    'twins@example.com',
    'project_1_bot',
    'nobody',
  ],
)

const flags = fc.record({
  list: fc.array(name, { minLength: 1, maxLength: 5 }),
  onShortage: fc.constantFrom('fill' as const, 'fail' as const),
  maxRemovals: fc.constantFrom('0', '1', '2', '10%', '100%', '100%'),
  maxUnknown: fc.constantFrom(null, '1', '50%', '100%', '100%'),
  mode: fc.constantFrom([], [], ['--add-only'], ['--remove-only']),
  neverActive: fc.constantFrom([], ['--include-never-active']),
  run: fc.integer({ min: 1, max: 8 }),
  dryRun: fc.constantFrom(true, false, false, false),
})

const commands = {
  assign: ({ list, onShortage }) => ({ args: list, onShortage }),
  unassign: ({ list }) => ({ args: [...list, '--yes'] }),
  'bulk-assign': ({ onShortage }) => ({ args: ['list.csv'], onShortage }),
  'bulk-unassign': () => ({ args: ['list.csv', '--yes'] }),
  apply: ({ onShortage, maxRemovals, maxUnknown, mode }) => ({
    args: ['list.csv', '--yes', ...mode],
    onShortage,
    maxRemovals,
    maxUnknown,
  }),
  reclaim: ({ maxRemovals, neverActive }) => ({
    args: ['--inactive-for', '60d', '--except', 'list.csv', '--yes', ...neverActive],
    maxRemovals,
  }),
  undo: ({ run, onShortage }) => ({ args: [String(run), '--yes'], onShortage }),
} satisfies Record<string, (given: Given) => Pick<Typed, 'args'> & Partial<Typed>>

type Given = typeof flags extends fc.Arbitrary<infer Value> ? Value : never

const typed = fc
  .tuple(fc.constantFrom(...(Object.keys(commands) as (keyof typeof commands)[])), flags)
  .map(([command, given]): Typed => {
    const { list, dryRun } = given
    const none = { onShortage: null, maxRemovals: null, maxUnknown: null }
    return { command, list, dryRun, ...none, ...commands[command](given) }
  })

/** The document of a run, or of a failure. */
type Printed = RunDocument | { schema: number; error: { code: string } }

async function type(
  workdir: Workdir,
  { command, args, list, onShortage, maxRemovals, maxUnknown, dryRun }: Typed,
): Promise<{ code: number | null; printed: Printed }> {
  workdir.write('list.csv', `username\n${list.join('\n')}\n`)
  const options = [
    ...(onShortage === null ? [] : ['--on-shortage', onShortage]),
    ...(maxRemovals === null ? [] : ['--max-removals', maxRemovals]),
    ...(maxUnknown === null ? [] : ['--max-unknown', maxUnknown]),
    ...(dryRun ? ['--dry-run'] : []),
  ]
  const all = [command, ...args, ...options, '--format', 'json']
  const { code, stdout } = await workdir.inProcess.run(all, { env: frozenClock })
  return { code, printed: JSON.parse(stdout) as Printed }
}

/** The exit code that follows from the summary and the options. */
function judgeCode(run: Typed, { summary, results }: RunDocument): number {
  const { list, onShortage, maxRemovals } = run
  const held = quantity - summary.free_before
  const unclear = results.filter(({ outcome }) =>
    ['user_not_found', 'ambiguous_user'].includes(outcome),
  ).length
  const isTooMany = maxRemovals !== null && summary.removals > countAllowed(maxRemovals, held)
  const isDoubtful = summary.removals > 0 && unclear > countAllowedUnclear(run)
  const isUseless = run.command === 'apply' && !run.args.includes('--add-only') && unclear === list.length
  if (isTooMany || isDoubtful || isUseless || (onShortage === 'fail' && summary.short > 0)) return 5
  return results.every(({ success }) => success) ? 0 : 3
}

function countAllowedUnclear({ command, list, maxUnknown }: Typed): number {
  if (command === 'apply') return countAllowed(maxUnknown ?? '0', list.length)
  return command === 'reclaim' ? 0 : Number.POSITIVE_INFINITY
}

function countAllowed(cap: string, whole: number): number {
  return cap.endsWith('%') ? Math.max(1, Math.floor((whole * Number.parseInt(cap, 10)) / 100)) : Number(cap)
}

function requireAgreement(run: Typed, code: number | null, document: RunDocument, held: number): void {
  const { summary, results } = document
  const outcomes = countOutcomes(document)
  expect(code).toBe(judgeCode(run, document))
  expect(document.run).toMatchObject({ command: run.command, add_on: 'duo-pro', dry_run: run.dryRun })
  expect(summary.rows).toBe(results.length)
  expect(summary.outcomes).toEqual(outcomes)
  expect(summary.free_before).toBe(quantity - held)
  const { assigned = 0, unassigned = 0 } = outcomes
  // A dry run prints its removals even where the run would be refused.
  expect(summary.free_after).toBe(summary.free_before - assigned + unassigned)
}

/** Applies the results of a run to the ids of the holders. */
function settle(held: Set<number>, results: readonly ResultRow[]): void {
  for (const { outcome, user_id } of results) {
    if (outcome === 'assigned') held.add(user_id ?? 0)
    if (outcome === 'unassigned') held.delete(user_id ?? 0)
  }
}

async function requireList(workdir: Workdir, held: ReadonlySet<number>): Promise<void> {
  const { purchase, users } = await workdir.inProcess.runForJson<{
    purchase: object
    users: { user_id: number }[]
  }>(0, ['list'])
  expect(purchase).toMatchObject({ quantity, assigned: held.size, free: quantity - held.size })
  expect(users.map(({ user_id }) => user_id).sort()).toEqual([...held].sort())
}

async function requireTrail(workdir: Workdir, documents: readonly RunDocument[]): Promise<void> {
  const all = await workdir.inProcess.runForJson<{ runs: object[] }>(0, ['runs'])
  expect(all.runs).toMatchObject(
    documents.map(({ run, summary }) => ({
      id: run.id,
      command: run.command,
      rows: summary.rows,
      outcomes: summary.outcomes,
    })),
  )
  const ofBob = await workdir.inProcess.runForJson<{ runs: object[] }>(0, ['runs', '--user', 'bob'])
  const rows = documents.flatMap(({ run, results }) => {
    const row = results.find(({ user_id }) => user_id === 2)
    return row === undefined ? [] : [{ id: run.id, command: run.command, ...row }]
  })
  expect(ofBob.runs).toHaveLength(rows.length)
  expect(ofBob.runs).toMatchObject(rows)
}

test('rows, summary and exit code agree after every command, and so do list and runs in the end', async () => {
  const histories = fc.array(typed, { minLength: 7, maxLength: 9 })
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const workdir = await openTeam(facts)
      const held = new Set(holders)
      const documents: RunDocument[] = []
      for (const one of history) {
        const { code, printed } = await type(workdir, one)
        if ('error' in printed) {
          expect([one.command, code, printed.error.code]).toEqual(['undo', 2, 'usage'])
          continue
        }
        requireAgreement(one, code, printed, held.size)
        if (one.dryRun) expect(printed.run.id).toBeNull()
        else {
          settle(held, printed.results)
          documents.unshift(printed)
        }
      }
      await requireList(workdir, held)
      await requireTrail(workdir, documents)
    }),
    { numRuns: 10 },
  )
})
