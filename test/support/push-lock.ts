import { expect } from 'vitest'
import type { GitLab } from '../../src/gitlab/gitlab.ts'
import type { WorkContext } from '../../src/session.ts'
import type { Store } from '../../src/store/store.ts'
import { quietly } from './play-order.ts'

interface LockedWork extends Pick<WorkContext, 'tell'> {
  connect: () => Promise<GitLab>
}

/**
 * Starts work that needs GitLab while a store of another process holds the push lock, and releases the lock once the work waits
 * for it. GitLab cannot be reached, so the work must fail.
 *
 * @returns the kinds of its events, in order, and `connects`
 */
export async function failBehindPushLock(
  holder: Store,
  work: (context: LockedWork) => Promise<unknown>,
): Promise<string[]> {
  const lock = await holder.takePushLock(quietly)
  const events: string[] = []
  const failed = work({
    tell: ({ kind }) => {
      events.push(kind)
      lock.release()
    },
    connect: () => {
      events.push('connects')
      return Promise.reject(new Error('no route to host'))
    },
  })
  await expect(failed).rejects.toThrow('no route to host')
  return events
}

/** Fails where another process holds the push lock. */
export async function takeFreePushLock(store: Store): Promise<void> {
  const lock = await store.takePushLock({ ...quietly, onWait: () => expect.unreachable() })
  lock.release()
}
