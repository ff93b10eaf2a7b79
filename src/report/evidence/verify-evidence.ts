import type { Instant } from '../../domain/day.ts'
import type { EvidenceBounds, EvidenceHead, StoredEvidence } from '../../domain/evidence.ts'
import type { HistoryEvent } from '../../domain/history.ts'
import type { RecordedRun } from '../../domain/recorded-run.ts'
import { describeScope, isSameScope } from '../../domain/snapshot.ts'
import { UserError } from '../../errors.ts'
import type { RowValue } from '../report-document.ts'
import { type EvidenceProblem, listDifferences, StoredRows } from './compare-rows.ts'
import { type EvidenceLine, hashLine, makeHeadLine, toEventLine, toRunLine } from './evidence-lines.ts'

export interface Verification {
  file: string
  createdAt: Instant
  runs: number
  events: number
  /** Events of the store of the same time that came after the file was written. */
  laterEvents: number
  /** The last line's, to compare with the one that was printed when the file was written. */
  sha256: string
  problems: EvidenceProblem[]
}

interface NumberedLine {
  number: number
  text: string
}

/**
 * Checks the chain of hashes, and compares each line with the store.
 *
 * @param readStored the runs and events of the store within the bounds of the file
 * @throws UserError for a file that `--evidence` did not write, or that is about another GitLab
 */
export async function verifyEvidence(
  file: string,
  lines: AsyncIterable<NumberedLine>,
  readStored: (bounds: EvidenceBounds) => StoredEvidence,
): Promise<Verification> {
  const check = new EvidenceCheck(file, readStored)
  try {
    for await (const line of lines) check.add(line)
    return check.finish()
  } finally {
    check.close()
  }
}

class EvidenceCheck {
  readonly #file: string
  readonly #readStored: (bounds: EvidenceBounds) => StoredEvidence
  readonly #problems: EvidenceProblem[] = []
  readonly #counts = { runs: 0, events: 0 }
  #createdAt: Instant = ''
  #laterEvents = 0
  #knowsName: StoredEvidence['knowsName'] = () => false
  #runs = new StoredRows<RecordedRun>('run', [], describeRun)
  #events = new StoredRows<HistoryEvent>('event', [], describeEvent)
  #last: { number: number; hash: string; line: EvidenceLine } | null = null

  constructor(file: string, readStored: (bounds: EvidenceBounds) => StoredEvidence) {
    this.#file = file
    this.#readStored = readStored
  }

  add({ number, text }: NumberedLine): void {
    const line = parseLine(this.#file, number, text)
    // A repeated key would hide another value.
    if (JSON.stringify(line) !== text)
      this.#problems.push({ line: number, message: 'The line is not as duo-seats writes it.' })
    if (number === 1) this.#open(line)
    if (line['previous'] !== (this.#last?.hash ?? null))
      this.#problems.push({
        line: number,
        message: `The line does not follow the one above: a line was changed, added or taken out.`,
      })
    this.#compare(line, number)
    this.#last = { number, hash: hashLine(text), line }
  }

  finish(): Verification {
    if (this.#last === null) throw createForeignError(this.#file)
    this.#problems.push(...this.#runs.finish(), ...this.#events.finish())
    const { line, hash, number } = this.#last
    if (line['type'] === 'end')
      this.#problems.push(...listDifferences(number, line, { type: 'end', ...this.#counts }, 'file'))
    else
      this.#problems.push({
        line: number,
        message: 'The last line does not end the file: lines are missing.',
      })
    const facts = {
      file: this.#file,
      createdAt: this.#createdAt,
      laterEvents: this.#laterEvents,
      ...this.#counts,
    }
    return { ...facts, sha256: hash, problems: this.#problems }
  }

  /** Else the store would stay busy after an error. */
  close(): void {
    this.#runs.close()
    this.#events.close()
  }

  #open(line: EvidenceLine): void {
    const head = parseHead(this.#file, line)
    const stored = this.#readStored(head)
    if (!isSameScope(stored.head, head))
      throw new UserError(
        'usage',
        `${this.#file} is about ${describeScope(head)}, the store about ${describeScope(stored.head)}.`,
        'Name the store with --store.',
      )
    this.#createdAt = String(line['created_at'])
    this.#laterEvents = stored.laterEvents
    this.#knowsName = stored.knowsName
    this.#problems.push(...listDifferences(1, line, makeHeadLine(head, this.#createdAt), 'head'))
    this.#runs = new StoredRows('run', stored.readRuns(), describeRun)
    this.#events = new StoredRows('event', stored.readEvents(), describeEvent)
  }

  /** A user may have been renamed since. */
  #compareName({ user_id: userId, username }: EvidenceLine, number: number): void {
    if (userId === null && username === null) return
    if (typeof username === 'string' && this.#knowsName(Number(userId), username)) return
    this.#problems.push({ line: number, message: 'The user of the store has, and had, another username.' })
  }

  #compare(line: EvidenceLine, number: number): void {
    if (line['type'] === 'run') {
      this.#counts.runs += 1
      this.#problems.push(...this.#runs.compare(number, line, Number(line['id'])))
    }
    if (line['type'] === 'event') {
      this.#counts.events += 1
      this.#problems.push(...this.#events.compare(number, line, Number(line['number'])))
      this.#compareName(line, number)
    }
    const isInPlace = (line['type'] === 'evidence') === (number === 1)
    if (!isInPlace || !knownTypes.includes(String(line['type'])))
      this.#problems.push({ line: number, message: 'A line of this type does not belong here.' })
  }
}

const knownTypes = ['evidence', 'run', 'event', 'end']

function parseLine(file: string, number: number, text: string): EvidenceLine {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line === 'object' && line !== null && !Array.isArray(line)) return line as EvidenceLine
  } catch {}
  throw createFormatError(`${file}, line ${number}: the line is not an object in JSON.`)
}

function parseHead(file: string, line: EvidenceLine): EvidenceHead {
  if (line['type'] !== 'evidence' || line['version'] !== 1) throw createForeignError(file)
  const { url, group, since, until, last_run, last_event, unfinished_runs } = line
  return {
    url: String(url),
    group: toNullableText(group),
    since: toNullableText(since),
    until: toNullableText(until),
    lastRun: Number(last_run),
    lastEvent: Number(last_event),
    unfinishedRuns: Array.isArray(unfinished_runs) ? unfinished_runs.map(Number) : [],
  }
}

function toNullableText(value: RowValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function createForeignError(file: string): UserError {
  return createFormatError(`${file} is not evidence of this version of duo-seats.`)
}

function createFormatError(sentence: string): UserError {
  return new UserError('usage', sentence, 'Name a file that "duo-seats history --evidence" wrote.')
}

const describeRun = (run: RecordedRun) => ({ id: run.id, line: toRunLine(run) })

const describeEvent = (event: HistoryEvent) => ({ id: event.number, line: toEventLine(event) })
