import { Readable, Writable } from 'node:stream'
import { expect, vi } from 'vitest'
import { main } from '../../src/main.ts'
import type { Finished, RunSettings } from './command-line.ts'
import { frozenClock, frozenNow } from './frozen-clock.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

interface MainSettings extends RunSettings {
  cwd?: string
  /** Streams in place of those of the settings; what is printed there is not returned. */
  terminal?: { stdin: Readable; stdout?: Writable; stderr: Writable }
}

/** Runs a command line in this process. Two at a time would mix their output. */
export async function runMain(args: readonly string[], settings: MainSettings = {}): Promise<Finished> {
  const [stdout, stderr] = [new TextSink(), new TextSink()]
  const { terminal } = settings
  const restore = lend(terminal?.stdout ?? stdout, terminal?.stderr ?? stderr, settings)
  try {
    const code = await main(['node', 'duo-seats', ...args])
    return { code, stdout: stdout.text, stderr: stderr.text }
  } finally {
    restore()
  }
}

/** Runs a command line in this process, expects an exit code and returns stdout. */
export async function runMainExpecting(code: number, args: readonly string[]): Promise<string> {
  const finished = await runMain(args)
  expect(finished.code, `duo-seats ${args.join(' ')}\n${finished.stderr}`).toBe(code)
  return finished.stdout
}

/** Lends streams, variables, a directory and a clock to this process. @returns a function that takes them back */
function lend(stdout: Writable, stderr: Writable, settings: MainSettings): () => void {
  if (vi.isMockFunction(Object.getOwnPropertyDescriptor(process, 'stdout')?.get))
    throw new Error('Another command line runs in this process.')
  const { env } = process
  const cwd = process.cwd()
  const { cwd: directory = cwd, env: variables = {}, stdin: text = '' } = settings
  const stdin = settings.terminal?.stdin ?? Readable.from([text])
  const streams = [
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as typeof process.stdin),
    vi.spyOn(process, 'stdout', 'get').mockReturnValue(stdout as typeof process.stdout),
    vi.spyOn(process, 'stderr', 'get').mockReturnValue(stderr as typeof process.stderr),
  ]
  const listeners = signals.map((signal) => process.listeners(signal))
  process.chdir(directory)
  process.env = variables
  const lentTime = vi.getMockedSystemTime()
  const isFrozen = variables['NODE_OPTIONS'] === frozenClock.NODE_OPTIONS
  const time = isFrozen ? frozenNow : variables['DUO_SEATS_TEST_CLOCK']
  if (time !== undefined) vi.setSystemTime(time)
  return () => {
    if (lentTime === null) vi.useRealTimers()
    else vi.setSystemTime(lentTime)
    process.env = env
    process.chdir(cwd)
    for (const stream of streams) stream.mockRestore()
    for (const [index, signal] of signals.entries())
      for (const listener of process.listeners(signal))
        if (!listeners[index]?.includes(listener)) process.off(signal, listener)
  }
}

class TextSink extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
