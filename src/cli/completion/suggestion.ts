/** A word that somebody may go on typing. */
export interface Suggestion {
  word: string
  /** What it is, for people; empty where nothing is known. May come from outside. */
  about: string
}

/**
 * Whether a username is spelled as GitLab spells them: letters, digits, `_`, `-` and `.`, no `-` in front. Such a name means
 * the same to every shell, quoted or not, and is never taken for an option. A snapshot may hold others.
 */
export function isPlainUsername(username: string): boolean {
  return /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(username)
}

/** The suggestions that begin as a text does, in any case. */
export function pickBeginning(suggestions: readonly Suggestion[], text: string): Suggestion[] {
  const start = text.toLowerCase()
  return suggestions.filter(({ word }) => word.toLowerCase().startsWith(start))
}
