import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { makeStore } from '../support/fill-store.ts'
import { type HostedGitLab, type HostOptions, playGitLab } from '../support/host-gitlab.ts'
import { launchGitLab, type RunningGitLab } from '../support/serve.ts'

/** One played GitLab for all tests of a file. Tests that use it must not change it. */
export function shareGitLab(snapshot: object, options: HostOptions = {}): () => HostedGitLab {
  return share(snapshot, (path) => playGitLab(join(path, 'store.db'), options))
}

/** As {@link shareGitLab}, in a process of its own that prints its requests. */
export function shareServedGitLab(snapshot: object, args: readonly string[] = []): () => RunningGitLab {
  return share(snapshot, (path) =>
    launchGitLab({ path, join: (name: string) => join(path, name) }, undefined, args),
  )
}

/** @param start plays the store in a directory */
function share<Played extends { stop: () => Promise<unknown> }>(
  snapshot: object,
  start: (path: string) => Promise<Played>,
): () => Played {
  const path = mkdtempSync(join(tmpdir(), 'duo-seats-test-'))
  let gitlab: Played | null = null
  beforeAll(async () => {
    writeFileSync(join(path, 'store.db'), await makeStore(snapshot))
    gitlab = await start(path)
  })
  afterAll(async () => {
    await gitlab?.stop()
    rmSync(path, { recursive: true, force: true })
  })
  return () => {
    if (gitlab === null) throw new Error('GitLab starts in beforeAll')
    return gitlab
  }
}

/** Global ids. */
export const userGid = (id: number) => `gid://gitlab/User/${id}`
export const purchaseGid = (id: number) => `gid://gitlab/GitlabSubscriptions::AddOnPurchase/${id}`

/** GitLab's text for anything forbidden, unknown or expired. */
export const notAvailable =
  "The resource that you are attempting to access does not exist or you don't have permission to perform this action"
