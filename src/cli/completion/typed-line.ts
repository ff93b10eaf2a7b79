import type { Command, Option } from 'commander'

export interface TypedLine {
  command: Command
  /** The option whose value comes next; null without one. */
  option: Option | null
  /** Options on the line, with their values as typed; null without a value. */
  given: Map<Option, string | null>
  operands: string[]
  /** True after `--`. */
  areOptionsOver: boolean
}

export function readTypedLine(program: Command, words: readonly string[]): TypedLine {
  const line: TypedLine = {
    command: program,
    option: null,
    given: new Map(),
    operands: [],
    areOptionsOver: false,
  }
  for (const word of words) takeWord(line, word)
  return line
}

export function listOptions(command: Command): Option[] {
  const help = command.createHelp()
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)]
}

function takeWord(line: TypedLine, word: string): void {
  if (line.option !== null) takeValue(line, line.option, word)
  else if (line.areOptionsOver || !word.startsWith('-') || word === '-') takeOperand(line, word)
  else if (word === '--') line.areOptionsOver = true
  else takeOption(line, word)
}

function takeValue(line: TypedLine, option: Option, value: string): void {
  line.given.set(option, value)
  line.option = null
}

function takeOperand(line: TypedLine, word: string): void {
  const nested = line.operands.length === 0 && line.command.commands.find((known) => known.name() === word)
  if (nested) line.command = nested
  else line.operands.push(word)
}

function takeOption(line: TypedLine, word: string): void {
  const [flag, value] = splitFlag(word)
  const option = findOption(line.command, flag)
  if (option === undefined) return
  line.given.set(option, value ?? null)
  if (takesValue(option) && value === undefined) line.option = option
}

export function splitFlag(word: string): [flag: string, value?: string] {
  const end = word.indexOf('=')
  return word.startsWith('--') && end > 0 ? [word.slice(0, end), word.slice(end + 1)] : [word]
}

export function findOption(command: Command, flag: string): Option | undefined {
  return listOptions(command).find(({ short, long }) => flag === short || flag === long)
}

export function takesValue({ required, optional }: Option): boolean {
  return required || optional
}
