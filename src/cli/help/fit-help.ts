/** Joins and wraps the lines of each paragraph. Indented lines are wrapped only if wider than `width` columns. */
export function fitHelp(text: string, width: number): string {
  return text
    .replaceAll(/^(?! )(.+)\n(?=\S)/gm, '$1 ')
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n')
}

function wrapLine(line: string, width: number): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const end = line.lastIndexOf(' ', width)
  if (line.length <= width || end < indent.length) return line
  return `${line.slice(0, end)}\n${wrapLine(indent + line.slice(end + 1), width)}`
}
