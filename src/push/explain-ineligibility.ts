import { findIneligibility } from '../domain/ineligibility.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { ChangeRefusal, PendingChange } from '../store/pending-changes.ts'

/** GitLab does not report the reason; the state of the only user mostly shows it. */
export async function explainIneligibility(
  batch: readonly PendingChange[],
  gitlab: GitLab,
): Promise<ChangeRefusal> {
  const userIds = batch.map(({ userId }) => userId)
  const [user] = await gitlab.findUsers({ usernames: [], userIds })
  // A look-up does not show the membership, so it must not be judged.
  const reason = user === undefined ? 'gone' : findIneligibility(user, 'self-managed')
  return { outcome: 'invalid_user_membership', reason: reason ?? 'not_eligible', detail: null }
}
