import type { Argument, Command, Option } from 'commander'
import { commonEncodings } from '../../input/files/text-encoding.ts'
import { reportKindNames } from '../../report/kinds/report-kinds.ts'
import type { CompletionStore } from '../../store/completion-store.ts'
import type { WordSource } from './completes.ts'
import { isPlainUsername, pickBeginning, type Suggestion } from './suggestion.ts'
import { findOption, listOptions, splitFlag, type TypedLine, takesValue } from './typed-line.ts'

export interface Background {
  /** Reads the store of the line. It rejects if the store cannot be read at once. */
  readStore: (read: (store: CompletionStore) => Suggestion[]) => Promise<Suggestion[]>
  topics: readonly string[]
  findSource: (declared: Argument | Option) => WordSource | null
}

/** The words that may come next; `files` leaves paths to the shell. */
export type Completion = Suggestion[] | 'files'

const mostSuggestions = 200

type Suggest = (text: string, line: TypedLine, background: Background) => Completion | Promise<Completion>

const suggestors: Record<WordSource, Suggest> = {
  users: (text, line, { readStore }) =>
    readStore((store) => pickUsers((start) => store.findUsers(start), text, line)),
  holders: (text, line, { readStore }) =>
    readStore((store) => pickUsers((start) => store.findHolders(start), text, line)),
  runs: (text, _line, { readStore }) => readStore((store) => listRuns(store, text)),
  files: () => 'files',
  reports: (text) =>
    text.includes('=') ? 'files' : reportKindNames.map((kind) => ({ word: `${kind}=`, about: '' })),
  encodings: () => commonEncodings.map((word) => ({ word, about: '' })),
  help: (_text, line, { topics }) => listHelpWords(line, topics),
}

/** @param text the beginning of the word that is typed */
export async function suggest(line: TypedLine, text: string, background: Background): Promise<Completion> {
  if (line.option !== null) return suggestWords(line.option, text, line, background)
  if (line.areOptionsOver || !text.startsWith('-')) return suggestOperand(line, text, background)
  const [flag, value] = splitFlag(text)
  if (value === undefined) return pickBeginning(listFreeOptions(line), text)
  const option = findOption(line.command, flag)
  if (option === undefined || !takesValue(option)) return []
  const values = await suggestWords(option, value, line, background)
  return values === 'files' ? values : values.map(({ word, about }) => ({ word: `${flag}=${word}`, about }))
}

async function suggestOperand(line: TypedLine, text: string, background: Background): Promise<Completion> {
  const nested = line.operands.length === 0 ? pickBeginning(listCommands(line.command), text) : []
  const argument = findArgument(line)
  if (argument === undefined || nested.length > 0) return nested
  return suggestWords(argument, text, line, background)
}

async function suggestWords(
  declared: Argument | Option,
  text: string,
  line: TypedLine,
  background: Background,
): Promise<Completion> {
  const source = background.findSource(declared)
  const choices = (declared.argChoices ?? []).map((word) => ({ word, about: '' }))
  const found = source === null ? choices : await suggestors[source](text, line, background)
  return found === 'files' ? found : pickBeginning(found, text)
}

/** The last argument may take any number of words. */
function findArgument({ command, operands }: TypedLine): Argument | undefined {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  return registeredArguments[operands.length] ?? (last?.variadic ? last : undefined)
}

function listCommands({ commands }: Command): Suggestion[] {
  return commands.map((command) => ({
    word: command.name(),
    about: command.summary() || command.description(),
  }))
}

function listFreeOptions({ command, given }: TypedLine): Suggestion[] {
  const isFree = (option: Option) => ![...given.keys()].some(({ long }) => long === option.long)
  return listOptions(command)
    .filter(isFree)
    .flatMap(({ long, description }) => (long ? [{ word: long, about: description }] : []))
}

function listHelpWords({ command, operands }: TypedLine, topics: readonly string[]): Suggestion[] {
  const program = command.parent ?? command
  const typed = operands.reduce<Command | undefined>(
    (above, word) => above?.commands.find((known) => known.name() === word),
    program,
  )
  const more = typed === program ? topics.map((word) => ({ word, about: 'a topic' })) : []
  return [...(typed ? listCommands(typed) : []), ...more]
}

function listRuns(store: CompletionStore, digits: string): Suggestion[] {
  if (!/^\d*$/.test(digits)) return []
  return store.listRuns(digits, mostSuggestions).map(({ id, command, startedAt }) => ({
    word: String(id),
    about: `${command} ${startedAt.slice(0, 10)}`,
  }))
}

/** Leaves out users who were typed already, and names that need quotes in some shell. */
function pickUsers(
  find: (start: string) => Iterable<{ username: string; name: string }>,
  text: string,
  { operands }: TypedLine,
): Suggestion[] {
  const sign = text.startsWith('@') ? '@' : ''
  const taken = new Set(operands.map((name) => name.replace(/^@/, '').toLowerCase()))
  const picked: Suggestion[] = []
  for (const { username, name } of find(text.slice(sign.length))) {
    const key = username.toLowerCase()
    if (!isPlainUsername(username) || taken.has(key)) continue
    taken.add(key)
    picked.push({ word: sign + username, about: name })
    if (picked.length === mostSuggestions) break
  }
  return picked
}
