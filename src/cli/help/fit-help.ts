/**
 * Fits help to a terminal: joins the lines of each paragraph and wraps them. Indented lines are wrapped only if they are too
 * wide.
 *
 * @param width columns of the terminal
 */
export function fitHelp(text: string, width: number): string {
  return text
    .replaceAll(/^(?! )(.+)\n(?=\S)/gm, '$1 ')
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n')
}

/** Breaks a line between words, and indents all lines as the first one. */
function wrapLine(line: string, width: number): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const end = line.lastIndexOf(' ', width)
  if (line.length <= width || end < indent.length) return line
  return `${line.slice(0, end)}\n${wrapLine(indent + line.slice(end + 1), width)}`
}
