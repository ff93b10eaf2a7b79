import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { launchGitLab, type RunningGitLab } from '../support/serve.ts'
import { binary } from '../support/workdir.ts'

/** One played GitLab for all tests of a file. Tests that use it must not change it. */
export function shareGitLab(snapshot: object, args: readonly string[] = []): () => RunningGitLab {
  const path = mkdtempSync(join(tmpdir(), 'duo-seats-test-'))
  const directory = { path, join: (name: string) => join(path, name) }
  let gitlab: RunningGitLab | null = null
  beforeAll(async () => {
    writeFileSync(directory.join('snapshot.json'), JSON.stringify(snapshot))
    const sync = [
      'sync',
      '--from',
      directory.join('snapshot.json'),
      '--store',
      directory.join('store.db'),
      '-q',
    ]
    execFileSync(process.execPath, [binary, ...sync])
    gitlab = await launchGitLab(directory, undefined, args)
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
