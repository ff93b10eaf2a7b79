import { dirname, join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { openPage, type TestPage } from '../../support/open-page.ts'
import { binary, type Workdir } from '../../support/workdir.ts'

const filesFolder = join(dirname(binary), '../dist/page')

interface ServedPageOptions {
  isReadOnly?: boolean
  env?: NodeJS.ProcessEnv
}

/** Serves a store as the binary does, from this process: the binary takes longer to start than most tests. */
export function servePage(workdir: Workdir, options: ServedPageOptions = {}): Promise<TestPage> {
  const time = options.env?.['DUO_SEATS_TEST_CLOCK']
  if (time !== undefined) {
    vi.setSystemTime(time)
    onTestFinished(() => void vi.useRealTimers())
  }
  return openPage(workdir.join('store.db'), { filesFolder, ...options })
}
