import type { Capabilities } from '../gitlab/capabilities.ts'

/** Sentences; the versions are those of GitLab's seat API. */
export function listGitLabLimits(version: string, capabilities: Capabilities): string[] {
  const limits: string[] = []
  const add = (sentence: string) => limits.push(`GitLab ${version} ${sentence}`)
  if (!capabilities.listsUsers) add('cannot list users for seats. A sync needs GitLab 16.7.')
  if (!capabilities.givesSeats) add('cannot change seats over its API. A push needs GitLab 16.8.')
  else if (!capabilities.givesInBulk)
    add(
      'changes seats one by one only (in bulk since 16.11, on Self-Managed since 17.3): a push takes longer.',
    )
  if (capabilities.listsUsers && !capabilities.filtersBySeat)
    add('hides holders who are not eligible any more (shown since 17.5): their seats are missing here.')
  return limits
}
