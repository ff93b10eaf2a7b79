import { type ChildProcess, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { listCrowd, makeCrowd, makeHolders, writeCrowd } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makeUser } from '../support/make-snapshot.ts'
import type { Passing } from '../support/tampering-proxy.ts'
import { collect } from '../support/workdir.ts'

const people = 300

/** A team whose GitLab stops answering at a request. */
async function openStuckTeam(isStuck: (passing: Passing) => boolean, facts = makeCrowd(people)) {
  const team = await openLinkedTeam(facts)
  team.workdir.write('crowd.csv', writeCrowd(people))
  team.proxy.tamper = (passing) => (isStuck(passing) ? new Promise<'pass'>(() => {}) : 'pass')
  return team
}

/** Starts a command at a terminal, and waits until its spinner or its question shows. */
async function startUntil(words: string, team: LinkedTeam, args: readonly string[]) {
  const child = team.startAtTerminal(args, 120)
  const finished = collect(child)
  let screen = ''
  child.stdout?.on('data', (text: string) => (screen += text))
  while (!screen.includes(words)) {
    if (child.exitCode !== null) throw new Error(`the command ended, the terminal shows: ${screen}`)
    await delay(20)
  }
  return { child, finished }
}

/** The process that a terminal runs. */
function findProgram({ pid }: ChildProcess): number {
  return Number(spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout)
}

const nothingWritten = 'Interrupted: nothing was written.'

const phases = [
  ['bulk-assign --dry-run', 'Planning', nothingWritten],
  ['bulk-assign', 'Planning', nothingWritten],
  ['bulk-unassign', 'Planning', nothingWritten],
  ['apply', 'Planning', nothingWritten],
] as const

describe('Ctrl-C at a terminal with a spinner', () => {
  test.each(phases)(
    '%s that waits for GitLab under "%s" ends with a message',
    async (command, words, end) => {
      const team = await openStuckTeam(() => true)
      const { child, finished } = await startUntil(words, team, [...command.split(' '), 'crowd.csv'])
      child.stdin?.write('\u0003')
      const { code, stdout } = await finished
      expect([code, stdout]).toEqual([130, expect.stringContaining(`error: ${end}`)])
      expect(team.readResults()).toEqual([])
    },
  )

  test('sync that waits for GitLab ends with a message', async () => {
    const team = await openStuckTeam(() => true)
    const { child, finished } = await startUntil('Syncing', team, ['sync'])
    child.stdin?.write('\u0003')
    const { code, stdout } = await finished
    expect([code, stdout]).toEqual([
      130,
      expect.stringContaining(
        "error: Interrupted: GitLab's answers so far are stored, and changes without an answer are pending.",
      ),
    ])
  })

  test('sync that pushes pending changes ends with a message, and they stay pending', async () => {
    const team = await openStuckTeam(({ isMutation }) => isMutation)
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv', '--no-push'])
    const { child, finished } = await startUntil('Syncing', team, ['sync'])
    while (team.listMutations().length === 0) await delay(20)
    child.stdin?.write('\u0003')
    const { code, stdout } = await finished
    expect([code, stdout]).toEqual([130, expect.stringContaining('error: Interrupted')])
    expect(team.countResults()).toEqual({ 'pending pending': people })
  })

  test('bulk-unassign that asks after a spinner ends with a message', async () => {
    const team = await openStuckTeam(() => false, makeHolders(people))
    team.proxy.tamper = () => delay(800, 'pass' as const)
    const { child, finished } = await startUntil('[y/N]', team, ['bulk-unassign', 'crowd.csv'])
    child.stdin?.write('\u0003')
    const { code, stdout } = await finished
    expect([code, stdout]).toEqual([130, expect.stringContaining(`error: ${nothingWritten}`)])
    expect(stdout).toContain('Planning')
    expect(team.readResults()).toEqual([])
  })

  test('bulk-assign that prints after a spinner says that the run is written', async () => {
    // Their table is longer than all buffers behind the terminal.
    const names = listCrowd(4_000).map((name) => name.padEnd(220, '-x'))
    const users = names.map((name, index) => makeUser(index + 1, name))
    const team = await openLinkedTeam({ ...makeCrowd(names.length), users })
    team.workdir.write('crowd.csv', `username\n${names.join('\n')}\n`)
    let calls = 0
    team.proxy.tamper = () => (calls++ < 20 ? delay(200, 'pass' as const) : 'pass')
    const child = team.startAtTerminal(['bulk-assign', 'crowd.csv'], 300)
    let screen = ''
    // Without a reader the printing waits when the terminal is full.
    const stopReading = (text: string) => {
      screen += text
      if (screen.includes('LINE')) child.stdout?.pause()
    }
    child.stdout?.setEncoding('utf8').on('data', stopReading)
    while (!screen.includes('LINE')) await delay(20)
    expect(screen).toContain('Pushing')
    process.kill(findProgram(child), 'SIGINT')
    child.stdout?.off('data', stopReading)
    const finished = collect(child)
    // A paused stream does not start again with a new reader.
    child.stdout?.resume()
    const { code, stdout } = await finished
    expect([code, stdout]).toEqual([
      130,
      expect.stringContaining('error: Interrupted while printing: run 1 is complete and written.'),
    ])
  })
})

describe('a terminal that is closed', () => {
  test('bulk-assign ends its push and writes --results, also where the shell sends SIGHUP as well', async () => {
    const team = await openStuckTeam(({ isMutation }) => isMutation)
    const args = ['bulk-assign', 'crowd.csv', '--results', 'all.json']
    const { child } = await startUntil('Pushing', team, args)
    while (team.listMutations().length === 0) await delay(20)
    const program = findProgram(child)
    child.kill('SIGKILL')
    process.kill(program, 'SIGHUP')
    while (!existsSync(team.workdir.join('all.json'))) await delay(20)
    expect(JSON.parse(team.workdir.read('all.json')).summary.outcomes).toEqual({ pending: people })
  })
})
