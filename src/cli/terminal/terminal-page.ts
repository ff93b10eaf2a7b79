import type { Page } from '../../report/page.ts'
import type { TextOutput } from '../../report/text-output.ts'
import type { Terminal } from './terminal.ts'

/** A page that looks like stdout, even when `output` is not stdout itself. */
export function createPage({ stdout, isQuiet }: Terminal, output: TextOutput): Page {
  return { output, style: stdout.style, width: stdout.width, isQuiet }
}

/** A page that looks like stderr. It is never quiet: a question needs the plan above it. */
export function createStderrPage({ stderr }: Terminal, output: TextOutput): Page {
  return { output, style: stderr.style, width: stderr.width, isQuiet: false }
}
