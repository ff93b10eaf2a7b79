import { InvalidArgumentError, Option } from 'commander'
import { isReportKind, type ReportKind, reportKindNames } from '../../report/kinds/report-kinds.ts'
import { completes } from '../completion/completes.ts'
import { parseOutputPath } from './basic-options.ts'

export interface RequestedReport {
  kind: ReportKind
  path: string
}

export const kindsOfReports = `The kinds are ${reportKindNames.slice(0, -1).join(', ')} and ${reportKindNames.at(-1)}.`

export function reportOption(): Option {
  const description = `also write a report for a merge request: ${reportKindNames.join(', ')}; may be repeated`
  return completes(new Option('--report <kind=file>', description).argParser(addReport), 'reports')
}

function addReport(text: string, reports: readonly RequestedReport[] = []): RequestedReport[] {
  const end = text.indexOf('=')
  const kind = text.slice(0, Math.max(0, end))
  if (!isReportKind(kind)) throw new InvalidArgumentError(`It takes KIND=FILE. ${kindsOfReports}`)
  return [...reports, { kind, path: parseOutputPath(text.slice(end + 1)) }]
}
