import type { Result } from '../domain/result.ts'
import type { RunReport } from '../domain/run.ts'

const mostNames = 10

export function nameRejects(
  { readRejects }: Pick<RunReport, 'readRejects'>,
  isListed: (result: Result) => boolean,
  name: (result: Result) => string,
): string[] {
  const names: string[] = []
  for (const result of readRejects()) {
    if (isListed(result)) names.push(nameWithLine(name(result), result.line))
    if (names.length === mostNames) break
  }
  return names
}

/** @param line null for a user who stands in no file */
function nameWithLine(name: string, line: number | null): string {
  return line === null ? name : `${name} (line ${line})`
}
