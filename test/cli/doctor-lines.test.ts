import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { showInProcess } from '../support/run-at-terminal.ts'
import { openTeam } from '../support/sample-team.ts'

// `script` gives the command a terminal.
test.runIf(existsSync('/usr/bin/script')).each([60, 80])(
  'the lines of doctor fit a terminal of %i columns, with advice in a whole line',
  async (columns) => {
    // A closed port: no host is asked.
    const env = { https_proxy: 'http://127.0.0.1:9' }
    const { stdout } = await showInProcess(await openTeam(), ['doctor', '--no-pager'], env, columns)
    const lines = stdout.trimEnd().split('\r\n')
    expect(lines.filter(({ length }) => length > columns)).toEqual([])
    expect(lines).toContain('  To link it: duo-seats link URL')
  },
)
