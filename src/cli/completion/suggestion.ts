export interface Suggestion {
  word: string
  /** A description, or an empty string. It may come from the store, so it must be escaped. */
  about: string
}

/**
 * Whether a username follows GitLab's rules: letters, digits, `_`, `-` and `.`, no `-` in front. Such a name needs no quotes in any
 * shell, and it is never an option. A snapshot may contain other names.
 */
export function isPlainUsername(username: string): boolean {
  return /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(username)
}

export function pickBeginning(suggestions: readonly Suggestion[], text: string): Suggestion[] {
  const start = text.toLowerCase()
  return suggestions.filter(({ word }) => word.toLowerCase().startsWith(start))
}
