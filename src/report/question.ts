import { createInterface } from 'node:readline/promises'
import { harmlessLines } from './harmless.ts'
import type { Page } from './page.ts'
import type { Terminal } from './terminal.ts'
import type { TextOutput } from './text-output.ts'

/** Whether somebody can see a question and answer it. */
export function canAsk({ stderr }: Terminal): boolean {
  return process.stdin.isTTY === true && stderr.stream.isTTY === true
}

/** A page that looks as stderr does: what a question is about belongs to the talk and not to the report. */
export function createStderrPage({ stderr }: Terminal, output: TextOutput): Page {
  return { output, style: stderr.style, width: stderr.width, isQuiet: false }
}

/**
 * Asks on stderr and waits for a line on standard input. Everything but `y` and `yes` means no, the end of the input as well.
 *
 * @throws the reason of the signal once it is aborted
 */
export async function ask({ stderr }: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  const talk = createInterface({ input: process.stdin, output: stderr.stream })
  const ended = new Promise<string>((resolve) => talk.once('close', () => resolve('')))
  try {
    const answer = await Promise.race([talk.question(`${harmlessLines(question)} [y/N] `, { signal }), ended])
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    talk.close()
  }
}
