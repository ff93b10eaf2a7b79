import type { Writable } from 'node:stream'
import { escapeControlLines } from '../../report/escape-controls.ts'
import { loadStyle, type Style } from '../../report/style.ts'
import { decideColor, type TerminalEnvironment } from './decide-color.ts'

/** A stream that may be a terminal, as `process.stdout` and `process.stderr` are. */
export interface OutputStream extends Writable {
  isTTY?: boolean | undefined
  columns?: number | undefined
}

export interface TerminalOptions {
  stdout: OutputStream
  stderr: OutputStream
  env: TerminalEnvironment
  /** False with `--no-color`. */
  color: boolean
  /** No notes, no warnings, no progress. */
  quiet: boolean
}

/** One of the two streams, and how it is written to. */
export interface StyledStream {
  stream: OutputStream
  style: Style
  isColored: boolean
  /** Columns of the terminal; null where the stream is none or does not tell. */
  width: number | null
}

export interface Terminal {
  stdout: StyledStream
  stderr: StyledStream
  isQuiet: boolean
  /** Whether stderr can show something that moves: a terminal with a width, not dumb, and no CI job. */
  isInteractive: boolean
  /** Says something worth knowing on stderr; nothing when quiet. */
  note(text: string): void
  /** Says on stderr what may be wrong; nothing when quiet. */
  warn(text: string): void
  /** Says on stderr what went wrong and, on a second line, what to do about it. Always, quiet or not. */
  error(sentence: string, hint: string | null): void
}

/** Decides for each stream how it is written to. A stderr that nobody reads any more is no failure. */
export async function createTerminal(options: TerminalOptions): Promise<Terminal> {
  const stdout = await openStream(options.stdout, options)
  const stderr = await openStream(options.stderr, options)
  const { style, stream } = stderr
  stream.on('error', () => {})
  const say = (text: string) => void stream.write(`${text}\n`)
  const sayUnlessQuiet = options.quiet ? () => {} : say
  return {
    stdout,
    stderr,
    isQuiet: options.quiet,
    isInteractive: stderr.width !== null && options.env.TERM !== 'dumb' && !isCiJob(options.env),
    note: (text) => sayUnlessQuiet(escapeControlLines(text)),
    warn: (text) => sayUnlessQuiet(`${style.yellow('warning:')} ${escapeControlLines(text)}`),
    error: (sentence, hint) => {
      say(`${style.red('error:')} ${escapeControlLines(sentence)}`)
      if (hint !== null) say(`${style.dim('hint:')} ${escapeControlLines(hint)}`)
    },
  }
}

async function openStream(stream: OutputStream, { env, color }: TerminalOptions): Promise<StyledStream> {
  const isTty = stream.isTTY === true
  const isColored = decideColor({ env, color, isTty })
  const width = isTty && stream.columns ? stream.columns : null
  return { stream, style: await loadStyle(isColored), isColored, width }
}

function isCiJob({ CI }: TerminalEnvironment): boolean {
  return CI !== undefined && CI !== '' && CI !== 'false'
}
