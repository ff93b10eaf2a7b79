import { escapeControls } from '../../report/escape-controls.ts'
import { bashScript, fishScript, powershellScript, zshScript } from './completion-scripts.ts'
import { splitLine } from './split-line.ts'
import type { Suggestion } from './suggestion.ts'

interface UnfinishedLine {
  words: string[]
  text: string
}

export interface Shell {
  script: string
  readLine: (args: readonly string[]) => UnfinishedLine
  format: (suggestions: readonly Suggestion[], args: readonly string[]) => string[]
}

/** Replaces the suggestions if the next word is the path of a file. */
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

/** Splits the whole line, because bash splits words at `=`, `@` and `:` before completing. */
function readBashLine([line = '']: readonly string[]): UnfinishedLine {
  const words = splitLine(line)
  return { words: words.slice(1, -1), text: words.at(-1) ?? '' }
}

/** The unfinished word is the last one. Its opening quote stays on the line. */
function readWords(args: readonly string[]): UnfinishedLine {
  return { words: args.slice(0, -1), text: (args.at(-1) ?? '').replace(/^['"]+/, '') }
}

/** COMP_TYPE of bash for a list of matches that does not change the line. */
const showsOnly = '63'

/** bash replaces `typed` with a suggestion and has no descriptions, so a list of matches shows them in parentheses. */
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

/** bash inserts the common beginning of the words, which is shorter than the typed text if they differ in case. */
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
