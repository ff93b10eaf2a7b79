import { UserError } from '../errors.ts'
import { findPastUser } from '../runs/find-past-user.ts'
import type { Store } from '../store/store.ts'
import { refuseWith } from './refused-request.ts'

/** @throws RefusedRequest unless the filter for a user is empty or matches one user; its hint is for the page */
export function requirePastUser(store: Store, user: string | null): void {
  if (user === null) return
  try {
    findPastUser(store, user)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const hint = 'Choose a user that the field proposes, or type a user id.'
    throw refuseWith(400, new UserError('usage', error.message, hint))
  }
}
