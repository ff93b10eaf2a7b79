import { lookUp } from '../domain/look-up.ts'

const synonyms: Record<string, string> = {
  add: 'assign',
  give: 'assign',
  grant: 'assign',
  remove: 'unassign',
  revoke: 'unassign',
  take: 'unassign',
}

/** commander proposes a command for a misspelt word, not for another one. */
export function proposeCommand(text: string): string {
  const word = /^error: unknown command '([a-z]+)'\n/.exec(text)?.[1] ?? ''
  const command = lookUp(synonyms, word)
  return command === undefined ? text : `error: unknown command '${word}'\n(Did you mean ${command}?)\n`
}

/** People who know other tools type "version" and "-v". */
export function completeArguments(args: readonly string[]): readonly string[] {
  const [word = 'help', ...others] = args
  const isVersion = others.length === 0 && (word === 'version' || word === '-v')
  return isVersion ? ['--version'] : [word, ...others]
}
