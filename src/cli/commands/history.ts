import { type Command, Option } from 'commander'
import { type AddOn, addOnNames } from '../../domain/add-on.ts'
import { countWords } from '../../domain/count-words.ts'
import type { Instant } from '../../domain/day.ts'
import {
  type HistoryChange,
  type HistorySource,
  historyChangeCodes,
  historySources,
} from '../../domain/history.ts'
import { createInterruption, UserError } from '../../errors.ts'
import { listHistory } from '../../history/list-history.ts'
import { readEvidence } from '../../history/read-evidence.ts'
import { type Format, formatNames, writeDocument } from '../../report/formats/formats.ts'
import { createHistoryDocument } from '../../report/reports/history-document.ts'
import { historyColumns } from '../../report/reports/history-row.ts'
import type { Store } from '../../store/store.ts'
import type { App, Perform } from '../app.ts'
import { formatOption, jsonOption, outputOption } from '../options/basic-options.ts'
import { choicesOption } from '../options/choices-option.ts'
import { columnsOption } from '../options/columns-option.ts'
import { limitOption, sinceOption, untilOption, userOption } from '../options/filter-options.ts'
import type { ParsedTime } from '../options/parse-time.ts'
import { printReport } from '../print-report.ts'
import { WrittenFile } from '../written-file.ts'
import { addVerifyCommand } from './history-verify.ts'

const examples = `
Examples:
  duo-seats history --since 30d
  duo-seats history --user ada
  duo-seats history --since 2026-03 --until 2026-03 --change given
  duo-seats history --since 2026-03 --until 2026-03 --evidence march.jsonl
  duo-seats history verify march.jsonl

For --since and --until, an event that a sync found counts at that sync,
although it came before.

More: duo-seats help commands`

interface HistoryOptions {
  since?: ParsedTime
  until?: ParsedTime
  user?: string
  addOn?: AddOn
  change?: HistoryChange[]
  by?: HistorySource
  limit?: number
  evidence?: string
  columns?: string[]
  format: Format
}

export function addHistoryCommand(program: Command, perform: Perform): void {
  const history = program
    .command('history')
    .description(
      'Show what happened to seats and purchases, the newest first: by runs of this store, and in GitLab as a sync found it.',
    )
    .addOption(sinceOption('events'))
    .addOption(untilOption('events'))
    .addOption(userOption('events'))
    .addOption(new Option('--add-on <name>', 'show only events of this add-on').choices(addOnNames))
    .addOption(
      choicesOption(
        '--change <change...>',
        'show only such changes, with commas between them',
        historyChangeCodes,
      ),
    )
    .addOption(
      new Option('--by <cause>', 'show only changes by runs, or those found in GitLab').choices(
        historySources,
      ),
    )
    .addOption(limitOption('events'))
    .addOption(
      outputOption(
        '--evidence <file>',
        'also write all events and runs of the time, each line with the hash of the last',
      ),
    )
    .addOption(columnsOption(historyColumns))
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(perform(printHistory))
  addVerifyCommand(program, history, perform)
}

async function printHistory(app: App, options: HistoryOptions): Promise<undefined> {
  const { evidence } = options
  const filter = toFilter(options, app.session.readClock())
  if (evidence !== undefined) refuseFilters(options)
  const file = evidence === undefined ? null : await WrittenFile.open(app.session, evidence)
  try {
    await app.readStore(async (store) => {
      const list = listHistory(store, filter)
      if (file !== null) await writeEvidence(app, store, file, filter)
      const readEvents = () => app.readUntilAborted(list.readEvents(), createInterruption())
      await printReport(app, options, createInterruption(), (page) =>
        writeDocument(createHistoryDocument({ ...list, readEvents }), options.format, page),
      )
    })
  } finally {
    await file?.discard()
  }
}

function toFilter({ since, until, user, addOn, change, by, limit }: HistoryOptions, now: Instant) {
  return {
    since: since?.(now) ?? null,
    until: until?.(now) ?? null,
    user: user ?? null,
    addOn: addOn ?? null,
    changes: change ?? null,
    byRun: by === undefined ? null : by === 'run',
    before: null,
    limit: limit ?? null,
  }
}

/** A file without some events would prove nothing about them. */
function refuseFilters({ user, addOn, change, by, limit }: HistoryOptions): void {
  if ([user, addOn, change, by, limit].every((value) => value === undefined)) return
  throw new UserError(
    'usage',
    '--evidence contains all events and runs of the time: other options cannot choose among them.',
    'Give it --since and --until only, and filter in a second command.',
  )
}

async function writeEvidence(
  { session, terminal }: App,
  store: Store,
  file: WrittenFile,
  { since, until }: { since: Instant | null; until: Instant | null },
): Promise<void> {
  const { chainLines, listEvidence } = await import('../../report/evidence/evidence-lines.ts')
  const stored = readEvidence(store, { since, until })
  const { count, sha256 } = await file.write(async (output) => {
    const end = await chainLines(
      listEvidence({ ...stored, createdAt: session.readClock() }),
      async (line) => {
        session.signal.throwIfAborted()
        await output.write(`${line}\n`)
      },
    )
    await output.end()
    return end
  }, 'Name another file.')
  terminal.note(`Evidence written: ${countWords(count, 'line')}. SHA-256 of the last line: ${sha256}`)
}
