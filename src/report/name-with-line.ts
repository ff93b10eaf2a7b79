/** @param line null for a user who stands in no file */
export function nameWithLine(name: string, line: number | null): string {
  return line === null ? name : `${name} (line ${line})`
}
