import type { GitLab } from '../gitlab/gitlab.ts'
import type { StoreContext } from '../session.ts'
import type { PushLedger } from './push-ledger.ts'

export interface GitLabContext extends StoreContext {
  gitlab: GitLab
}

/** For the changes of one purchase. */
export interface PushContext extends GitLabContext {
  ledger: PushLedger
}
