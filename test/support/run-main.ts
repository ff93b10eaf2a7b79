import { Writable } from 'node:stream'
import { expect, vi } from 'vitest'
import { main } from '../../src/main.ts'
import type { Finished } from './workdir.ts'

const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * Runs a command line in this process: for help, and for mistakes that are found before a file is opened. Two at a time would
 * mix their output.
 */
export async function runMain(args: readonly string[]): Promise<Finished> {
  const [stdout, stderr] = [new TextSink(), new TextSink()]
  const streams = [
    vi.spyOn(process, 'stdout', 'get').mockReturnValue(stdout as unknown as typeof process.stdout),
    vi.spyOn(process, 'stderr', 'get').mockReturnValue(stderr as unknown as typeof process.stderr),
  ]
  const { env } = process
  const listeners = signals.map((signal) => process.listeners(signal))
  process.env = {}
  try {
    const code = await main(['node', 'duo-seats', ...args])
    return { code, stdout: stdout.text, stderr: stderr.text }
  } finally {
    process.env = env
    for (const stream of streams) stream.mockRestore()
    for (const [index, signal] of signals.entries())
      for (const listener of process.listeners(signal))
        if (!listeners[index]?.includes(listener)) process.off(signal, listener)
  }
}

/** Runs a command line in this process, expects an exit code and returns stdout. */
export async function runMainExpecting(code: number, args: readonly string[]): Promise<string> {
  const finished = await runMain(args)
  expect(finished.code, `duo-seats ${args.join(' ')}\n${finished.stderr}`).toBe(code)
  return finished.stdout
}

class TextSink extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
