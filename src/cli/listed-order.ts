import { UserError } from '../errors.ts'
import type { CsvSource } from '../input/csv/csv-source.ts'
import type { Order } from '../orders/order.ts'
import { describeIgnored } from '../report/reports/describe-list.ts'
import { writeRejects } from '../report/reports/rejects-file.ts'
import type { Store } from '../store/store.ts'
import type { App } from './app.ts'
import type { CsvRunOptions } from './options/list-options.ts'
import type { SeatRunOptions } from './options/seat-run-options.ts'
import { listOutputs, refuseSharedOutputs } from './output-files.ts'
import { type PerformedOrder, performOrder } from './perform-order.ts'
import { discardReportFiles, openReportFiles, type ReportFile } from './report-file.ts'
import { WrittenFile } from './written-file.ts'

/** For an order without a list, with `--results` and `--report`. */
export async function performTypedOrder(
  app: App,
  order: Order | ((store: Store) => Order),
  options: SeatRunOptions,
): Promise<PerformedOrder> {
  await refuseSharedOutputs(listOutputs(options))
  const files = await openReportFiles(app.session, options)
  try {
    return await app.useStore({ create: false }, (store) =>
      performOrder(app, store, typeof order === 'function' ? order(store) : order, { options, files }),
    )
  } finally {
    await discardReportFiles(files)
  }
}

/** With `--results`, `--report` and `--rejects`. The path `-` is standard input. */
export async function performListedOrder(
  app: App,
  path: string,
  options: CsvRunOptions,
  makeOrder: (list: CsvSource) => Order,
): Promise<PerformedOrder> {
  const list = await openList(app, path, options)
  try {
    const order = makeOrder(list)
    const files = await openListedFiles(app, list, options)
    try {
      const output = { options, files }
      const performed = await app.useStore({ create: false }, (store) =>
        performOrder(app, store, order, output),
      )
      await proposeOtherColumn(app, list, performed)
      return performed
    } finally {
      await discardReportFiles(files)
    }
  } finally {
    await list.close()
  }
}

/** @throws UserError also if the list is an output of the run, or the token comes from the same input */
export async function openList(app: App, path: string, options: CsvRunOptions): Promise<CsvSource> {
  const { openCsvSource } = await import('../input/csv/csv-source.ts')
  const { delimiter, column, header, encoding, tokenFile } = options
  if (path === '-' && tokenFile === '-')
    throw new UserError(
      'usage',
      'Standard input cannot be both the list and the token.',
      'Name a file for one of them, or set GITLAB_TOKEN.',
    )
  app.session.tellReading(path, 'the list')
  const list = await openCsvSource(path, {
    ...(delimiter !== undefined && { delimiter }),
    ...(column !== undefined && { columns: column }),
    ...(encoding !== undefined && { encoding }),
    header,
    signal: app.session.signal,
  })
  try {
    for (const sentence of describeIgnored(list)) app.terminal.note(sentence)
    await refuseToOverwrite(list, options)
    return list
  } catch (error) {
    await list.close()
    throw error
  }
}

async function proposeOtherColumn(
  { terminal }: App,
  { ignoredColumns }: CsvSource,
  { report }: PerformedOrder,
): Promise<void> {
  const { proposeForUnknown } = await import('../input/csv/ignored-column.ts')
  const proposal = proposeForUnknown(ignoredColumns, report.summary)
  if (proposal !== null) terminal.note(proposal)
}

/** @throws UserError if an output would replace the input or another output */
async function refuseToOverwrite(list: CsvSource, options: CsvRunOptions): Promise<void> {
  const outputs = listOutputs(options)
  await refuseSharedOutputs(outputs)
  for (const { path } of outputs)
    if (await list.isSameFile(path))
      throw new UserError('usage', `${path} is the input and would be overwritten.`, 'Name another file.')
}

async function openListedFiles(
  { session }: App,
  list: CsvSource,
  options: CsvRunOptions,
): Promise<ReportFile[]> {
  const { rejects } = options
  const files = await openReportFiles(session, options)
  try {
    if (rejects !== undefined)
      files.push({
        file: await WrittenFile.open(session, rejects),
        write: (output, report) =>
          writeRejects(output, {
            columns: list.columns,
            delimiter: list.delimiter,
            hasBom: list.hasBom,
            rows: list.readRows(),
            rejects: report.readRejects(),
            ...report.run,
          }),
      })
    return files
  } catch (error) {
    await discardReportFiles(files)
    throw error
  }
}
