import { escapeControls } from '../../report/escape-controls.ts'
import { bashScript, fishScript, powershellScript, zshScript } from './completion-scripts.ts'
import { splitLine } from './split-line.ts'
import type { Suggestion } from './suggestion.ts'

/** An unfinished command line. */
interface UnfinishedLine {
  /** The words before the one that is being typed, without the program's name. */
  words: string[]
  text: string
}

/** A shell, and how its script and this program understand each other. */
export interface Shell {
  script: string
  /** Takes what the script hands over. */
  readLine: (args: readonly string[]) => UnfinishedLine
  /** One line for each suggestion. */
  format: (suggestions: readonly Suggestion[], args: readonly string[]) => string[]
}

/** Tells the scripts, in place of suggestions, that the path of a file belongs here. */
export const filesMark = ':files'

export const shellNames = ['bash', 'zsh', 'fish', 'powershell'] as const

export type ShellName = (typeof shellNames)[number]

export const shells: Record<ShellName, Shell> = {
  bash: { script: bashScript, readLine: readBashLine, format: formatForBash },
  zsh: { script: zshScript, readLine: readWords, format: (suggestions) => joinPairs(suggestions, ':') },
  fish: { script: fishScript, readLine: readWords, format: (suggestions) => joinPairs(suggestions, '\t') },
  powershell: {
    script: powershellScript,
    readLine: readWords,
    format: (suggestions) => joinPairs(suggestions, '\t'),
  },
}

/** The whole line, since bash takes words apart at `=`, `@` and `:` for completing. */
function readBashLine([line = '']: readonly string[]): UnfinishedLine {
  const words = splitLine(line)
  return { words: words.slice(1, -1), text: words.at(-1) ?? '' }
}

/** The word that is being typed comes last; its opening quote stays where it is. */
function readWords(args: readonly string[]): UnfinishedLine {
  return { words: args.slice(0, -1), text: (args.at(-1) ?? '').replace(/^['"]+/, '') }
}

/** COMP_TYPE of bash where matches are shown and none is put into the line. */
const showsOnly = '63'

/**
 * bash puts in place of `typed` what it gets, as it is, and knows no descriptions: they stand in parentheses behind the word
 * where that is only shown.
 */
function formatForBash(suggestions: readonly Suggestion[], args: readonly string[]): string[] {
  const [line, typed = '', type] = args
  const { text } = readBashLine(line === undefined ? [] : [line])
  const cut = text.endsWith(typed) ? text.length - typed.length : 0
  const words = suggestions.map(({ word }) => word.slice(cut))
  if (suggestions.length < 2) return words
  if (type !== showsOnly) return keepTyped(words, text.slice(cut))
  const width = Math.max(...words.map(({ length }) => length))
  return suggestions.map(({ about }, index) => {
    const word = words[index] ?? ''
    return about === '' ? word : `${word.padEnd(width)}  (${describe(about)})`
  })
}

/** bash puts in what the words have in common, where they differ in case less than was typed: then they begin as it was typed. */
function keepTyped(words: readonly string[], typed: string): string[] {
  const start = words[0]?.slice(0, typed.length) ?? ''
  if (words.every((word) => word.startsWith(start))) return [...words]
  return words.map((word) => typed + word.slice(typed.length))
}

function joinPairs(suggestions: readonly Suggestion[], separator: string): string[] {
  return suggestions.map(({ word, about }) => (about === '' ? word : `${word}${separator}${describe(about)}`))
}

const longestDescription = 60

function describe(about: string): string {
  const characters = [...about]
  const isLong = characters.length > longestDescription
  return escapeControls(isLong ? `${characters.slice(0, longestDescription - 1).join('')}…` : about)
}
