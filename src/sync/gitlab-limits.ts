import type { Capabilities } from '../gitlab/capabilities.ts'

/** What an older GitLab cannot do and what follows from it, a sentence each; versions are those of GitLab's seat API. */
export function listGitLabLimits(version: string, capabilities: Capabilities): string[] {
  const limits: string[] = []
  const say = (sentence: string) => limits.push(`GitLab ${version} ${sentence}`)
  if (!capabilities.listsUsers) say('lists no users for seats: no sync is possible before 16.7.')
  if (!capabilities.givesSeats)
    say('neither gives nor takes seats over its API: nothing can be pushed before 16.8.')
  else if (!capabilities.givesInBulk)
    say(
      'gives and takes seats one by one only (in bulk since 16.11, on Self-Managed since 17.3): pushing takes longer.',
    )
  if (capabilities.listsUsers && !capabilities.filtersBySeat)
    say('hides holders who are not eligible any more (shown since 17.5): their seats are missing here.')
  return limits
}
