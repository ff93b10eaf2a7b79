import type { Argument, Command, Option } from 'commander'
import type { Glance } from '../../store/completion-store.ts'
import { isPlainUsername, pickBeginning, type Suggestion } from './suggestion.ts'
import { findOption, listOptions, splitFlag, type TypedLine, takesValue } from './typed-line.ts'

/** What a line does not say itself. */
export interface Background {
  /** Reads the store that the line means; fails where it cannot be read at once. */
  look: (read: (glance: Glance) => Suggestion[]) => Promise<Suggestion[]>
  /** What `help` knows besides the commands. */
  topics: readonly string[]
}

/** What may stand where somebody types: some words, or the path of a file, which shells know best. */
export type Completion = Suggestion[] | 'files'

/** More than anybody reads. */
const limit = 200

/** What the words mean that stand for a value in the help. */
type Source = (text: string, line: TypedLine, background: Background) => Completion | Promise<Completion>

const suggestUsers: Source = (text, line, { look }) => {
  const sign = text.startsWith('@') ? '@' : ''
  const taken = new Set(line.operands.map((name) => name.replace(/^@/, '').toLowerCase()))
  const start = text.slice(sign.length)
  // Only who holds a seat can lose it.
  const isTaking = line.command.name() === 'unassign'
  return look((glance) =>
    pickUsers(isTaking ? glance.findHolders(start) : glance.findUsers(start), sign, taken),
  )
}

const suggestRuns: Source = (text, _line, { look }) =>
  /^\d*$/.test(text)
    ? look((glance) =>
        glance.listRuns(text, limit).map(({ id, command, startedAt }) => ({
          word: String(id),
          about: `${command} ${startedAt.slice(0, 10)}`,
        })),
      )
    : []

/** Arguments by the name that the help gives them. What is not listed is free text. */
export const argumentSources: Record<string, Source> = {
  username: suggestUsers,
  number: suggestRuns,
  file: () => 'files',
  command: (_text, line, { topics }) => listHelpWords(line, topics),
}

/** Options by their flag, or by the name that the help gives their value. What is not listed is free text. */
const optionSources: Record<string, Source> = {
  '--user': suggestUsers,
  file: () => 'files',
  snapshot: () => 'files',
}

/**
 * What may be typed next.
 *
 * @param text the beginning of the word that is being typed
 */
export async function suggest(line: TypedLine, text: string, background: Background): Promise<Completion> {
  if (line.option !== null) return suggestValue(line.option, text, line, background)
  if (line.areOptionsOver || !text.startsWith('-')) return suggestOperand(line, text, background)
  const [flag, value] = splitFlag(text)
  if (value === undefined) return pickBeginning(listFreeOptions(line), text)
  const option = findOption(line.command, flag)
  if (option === undefined || !takesValue(option)) return []
  const values = await suggestValue(option, value, line, background)
  return values === 'files' ? values : values.map(({ word, about }) => ({ word: `${flag}=${word}`, about }))
}

async function suggestValue(
  option: Option,
  text: string,
  line: TypedLine,
  background: Background,
): Promise<Completion> {
  const name = /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? ''
  const source = optionSources[option.long ?? ''] ?? optionSources[name]
  return pickValues(option, source, text, line, background)
}

async function suggestOperand(line: TypedLine, text: string, background: Background): Promise<Completion> {
  const nested = line.operands.length === 0 ? pickBeginning(listCommands(line.command), text) : []
  const argument = findArgument(line)
  if (argument === undefined || nested.length > 0) return nested
  return pickValues(argument, argumentSources[argument.name()], text, line, background)
}

async function pickValues(
  { argChoices }: Argument | Option,
  source: Source | undefined,
  text: string,
  line: TypedLine,
  background: Background,
): Promise<Completion> {
  const choices = (argChoices ?? []).map((word) => ({ word, about: '' }))
  const found = (await source?.(text, line, background)) ?? choices
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

/** Nobody gives an option twice. */
function listFreeOptions({ command, given }: TypedLine): Suggestion[] {
  const isFree = (option: Option) => ![...given.keys()].some(({ long }) => long === option.long)
  return listOptions(command)
    .filter(isFree)
    .flatMap(({ long, description }) => (long ? [{ word: long, about: description }] : []))
}

/** Commands, those below one that was named, and topics. */
function listHelpWords({ command, operands }: TypedLine, topics: readonly string[]): Suggestion[] {
  const program = command.parent ?? command
  const named = operands.reduce<Command | undefined>(
    (above, word) => above?.commands.find((known) => known.name() === word),
    program,
  )
  const more = named === program ? topics.map((word) => ({ word, about: 'a topic' })) : []
  return [...(named ? listCommands(named) : []), ...more]
}

/** Names that need quotes in some shell are left out, and so is what differs from the one before in case only. */
function pickUsers(
  users: Iterable<{ username: string; name: string }>,
  sign: string,
  taken: Set<string>,
): Suggestion[] {
  const picked: Suggestion[] = []
  for (const { username, name } of users) {
    const key = username.toLowerCase()
    if (!isPlainUsername(username) || taken.has(key)) continue
    taken.add(key)
    picked.push({ word: sign + username, about: name })
    if (picked.length === limit) break
  }
  return picked
}
