import { UserError } from '../errors.ts'
import { kindsOfReports, type RequestedReport } from './options/report-option.ts'

export interface OutputOptions {
  results?: string
  rejects?: string
  report?: readonly RequestedReport[]
}

interface NamedOutput {
  option: string
  path: string
}

export function listOutputs({ results, rejects, report = [] }: OutputOptions): NamedOutput[] {
  return [
    ...(results === undefined ? [] : [{ option: '--results', path: results }]),
    ...(rejects === undefined ? [] : [{ option: '--rejects', path: rejects }]),
    ...report.map(({ kind, path }) => ({ option: `--report ${kind}`, path })),
  ]
}

export async function refuseSharedOutputs(outputs: readonly NamedOutput[]): Promise<void> {
  if (outputs.length < 2) return
  const { isSameTarget } = await import('../report/output-file.ts')
  for (const [index, output] of outputs.entries())
    for (const other of outputs.slice(index + 1))
      if (await isSameTarget(output.path, other.path)) throw createSharedError(output, other)
}

function createSharedError({ option }: NamedOutput, other: NamedOutput): UserError {
  const hint = other.option.startsWith('--report') ? `Name two files. ${kindsOfReports}` : 'Name two files.'
  return new UserError('usage', `${option} and ${other.option} name the same file.`, hint)
}
