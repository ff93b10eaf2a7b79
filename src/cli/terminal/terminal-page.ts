import type { Page } from '../../report/page.ts'
import type { TextOutput } from '../../report/text-output.ts'
import type { Terminal } from './terminal.ts'

/** Looks like stdout, even if `output` is another stream. */
export function createPage({ stdout, isQuiet, namedStore }: Terminal, output: TextOutput): Page {
  return { output, style: stdout.style, width: stdout.width, namedStore, isQuiet, columns: null }
}

/** Looks like stderr. It is never quiet: a question needs the plan above it. */
export function createStderrPage({ stderr, namedStore }: Terminal, output: TextOutput): Page {
  return { output, style: stderr.style, width: stderr.width, namedStore, isQuiet: false, columns: null }
}
