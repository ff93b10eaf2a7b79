import { spawn } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { clearInterval, setInterval } from 'node:timers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { binary, collect, type Finished, Workdir } from '../support/workdir.ts'

const ctrlC = '\u0003'

interface Typed {
  /** Text that the terminal shows before the first key is typed. */
  after: string
  /** Typed at once, then the last key again and again: a terminal drops the keys behind Ctrl-C. */
  keys: string
}

/** Runs `help csv` with all three streams on a terminal of 80 columns and 24 lines. */
async function showTopic(env: Record<string, string>, typed?: Typed): Promise<Finished> {
  const command = 'stty cols 80 rows 24; exec "$NODE" "$BINARY" help csv'
  const child = spawn(
    '/usr/bin/script',
    ['--quiet', '--flush', '--return', '--command', command, '/dev/null'],
    {
      cwd: new Workdir().path,
      env: {
        PATH: process.env['PATH'],
        TERM: 'xterm',
        NO_COLOR: '1',
        NODE: process.execPath,
        BINARY: binary,
        ...env,
      },
    },
  )
  onTestFinished(() => void child.kill())
  // The program may end before it has read all keys.
  child.stdin.on('error', () => {})
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text))
  const finished = collect(child)
  if (typed !== undefined) {
    while (!screen.includes(typed.after)) await setTimeout(20)
    child.stdin.write(typed.keys)
    const again = setInterval(() => child.stdin.write(typed.keys.slice(-1)), 200)
    await finished.finally(() => clearInterval(again))
  }
  const { stdout, ...rest } = await finished
  return { ...rest, stdout: stdout.replaceAll('\r', '') }
}

/** A directory with nothing but these programs. */
function linkTools(...names: string[]): string {
  const workdir = new Workdir()
  for (const name of names) symlinkSync(`/usr/bin/${name}`, workdir.join(name))
  return workdir.path
}

const first = 'CSV files\n\n  bulk-assign, '
const last = '\n  --delimiter <character>  '

// `script` gives the command a terminal.
describe.runIf(existsSync('/usr/bin/script'))('a topic on a terminal', () => {
  test.each([['cat'], ['']])('a topic on a terminal is printed as a whole with PAGER=%j', async (PAGER) => {
    const { code, stdout } = await showTopic({ PAGER })
    expect(code).toBe(0)
    expect(stdout.startsWith(first)).toBe(true)
    expect(stdout).toContain(last)
  })

  test('a topic on a terminal is printed without a pager on a dumb terminal', async () => {
    const { code, stdout } = await showTopic({ TERM: 'dumb', PAGER: 'echo paged; cat >/dev/null' })
    expect([code, stdout.includes('paged'), stdout.includes(last)]).toEqual([0, false, true])
  })

  test('a topic on a terminal goes through the command line in PAGER', async () => {
    const { code, stdout } = await showTopic({ PAGER: 'sed -e s/^/page:/' })
    expect([code, stdout.startsWith('page:CSV files\n')]).toEqual([0, true])
  })

  test('a topic on a terminal ends without an error if the pager quits early', async () => {
    const { code, stdout } = await showTopic({ PAGER: 'head -n 1' })
    expect([code, stdout]).toEqual([0, 'CSV files\n'])
  })

  test('a topic on a terminal is printed if the pager does not exist', async () => {
    const { code, stdout } = await showTopic({ PAGER: 'no-such-pager' })
    expect([code, stdout.includes(first), stdout.includes(last)]).toEqual([0, true, true])
  })

  test('a topic on a terminal is printed if there is neither PAGER nor less', async () => {
    const { code, stdout } = await showTopic({ PATH: linkTools('stty') })
    expect([code, stdout.includes(first), stdout.includes(last)]).toEqual([0, true, true])
  })

  test.runIf(existsSync('/usr/bin/less'))(
    'a topic on a terminal is shown in less, which goes on after Ctrl-C and ends with q',
    async () => {
      const { code, stdout } = await showTopic({}, { after: 'Start with one of these', keys: `${ctrlC}q` })
      expect([code, stdout.includes(last), stdout.includes('error')]).toEqual([0, false, false])
    },
  )

  test('a topic on a terminal ends as interrupted if Ctrl-C ends the pager', async () => {
    const { code, stdout } = await showTopic(
      { PAGER: 'echo ready; exec sleep 600' },
      { after: 'ready', keys: ctrlC },
    )
    expect(code).toBe(130)
    expect(stdout).toContain('error: Interrupted: the rest of the topic was not shown.\nhint: ')
  })

  test('a topic on a terminal is coloured, word by word', async () => {
    const { stdout } = await showTopic({ PAGER: 'cat', FORCE_COLOR: '1' })
    expect(stdout).toMatch(/^\u001b\[1mCSV files\u001b\[22m\n/)
    expect(stdout).toContain('\u001b[1mbulk-assign\u001b[22m, ')
  })
})

test('a topic is printed without a pager if there is no terminal', async () => {
  const workdir = new Workdir()
  const plain = await workdir.runExpecting(0, ['help', 'csv'])
  expect(await workdir.runExpecting(0, ['help', 'csv'], { env: { PAGER: 'no-such-pager' } })).toBe(plain)
})
