import type { Writable } from 'node:stream'
import { isCiJob } from '../../domain/is-ci-job.ts'
import { nameStore } from '../../domain/name-store.ts'
import { escapeControlLines } from '../../report/escape-controls.ts'
import { loadStyle, type Paint, type Style } from '../../report/style.ts'
import { wrapProse } from '../../report/wrap-prose.ts'
import { decideColor, type TerminalEnvironment } from './decide-color.ts'

interface OutputStream extends Writable {
  isTTY?: boolean | undefined
  columns?: number | undefined
  rows?: number | undefined
}

export interface TerminalOptions {
  stdout: OutputStream
  stderr: OutputStream
  env: TerminalEnvironment
  color: boolean
  quiet: boolean
  /** Tables on stdout are as wide as their cells. Default: false. */
  wide?: boolean
  /** As typed with `--store`; hints repeat it. Null without. */
  namedStore: string | null
}

interface StyledStream {
  stream: OutputStream
  style: Style
  isColored: boolean
  isTty: boolean
  /** In columns; null without a terminal, or if it does not report a width. */
  width: number | null
}

export interface Terminal {
  stdout: StyledStream
  stderr: StyledStream
  isQuiet: boolean
  namedStore: string | null
  /** Stderr is a terminal with a width, not dumb, and no CI job. */
  isInteractive: boolean
  /** On stderr; hidden when quiet. */
  note(text: string): void
  warn(text: string): void
  /** On stderr, also when quiet. */
  error(sentence: string, hint: string | null): void
}

/** A stderr without a reader is not a failure. */
export async function createTerminal(options: TerminalOptions): Promise<Terminal> {
  const stdout = await openStream(options.stdout, options)
  const stderr = await openStream(options.stderr, options)
  const { style, stream } = stderr
  stream.on('error', () => {})
  const { namedStore } = options
  const lay = (text: string) => wrapProse(escapeControlLines(nameStore(text, namedStore)), stderr.width)
  const print = (text: string) => void stream.write(`${text}\n`)
  const printLabelled = (label: string, paint: Paint, text: string) =>
    print(lay(`${label} ${text}`).replace(label, () => paint(label)))
  return {
    stdout: options.wide ? { ...stdout, width: null } : stdout,
    stderr,
    isQuiet: options.quiet,
    namedStore,
    isInteractive: stderr.width !== null && options.env.TERM !== 'dumb' && !isCiJob(options.env),
    note: (text) => {
      if (!options.quiet) print(lay(text))
    },
    warn: (text) => {
      if (!options.quiet) printLabelled('warning:', style.yellow, text)
    },
    error: (sentence, hint) => {
      printLabelled('error:', style.red, sentence)
      if (hint !== null) printLabelled('hint:', style.dim, hint)
    },
  }
}

async function openStream(stream: OutputStream, { env, color }: TerminalOptions): Promise<StyledStream> {
  const isTty = stream.isTTY === true
  const isColored = decideColor({ env, color, isTty })
  const width = isTty && stream.columns ? stream.columns : null
  return { stream, style: await loadStyle(isColored), isColored, isTty, width }
}
