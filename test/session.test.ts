import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Session } from '../src/session.ts'
import { startHttpPeer } from './support/http-peer.ts'
import { Workdir } from './support/workdir.ts'

test('two connections at once run the token command once, and a failed one is run again', async () => {
  const { url } = await startHttpPeer([{ status: 401 }])
  const workdir = new Workdir()
  const log = workdir.write('log', '')
  const { signal } = new AbortController()
  const session = new Session({ env: process.env, storePath: workdir.join('s.db'), signal, tell: () => {} })
  const connect = async (answer: string) => {
    const tokenCommand = `echo run >> '${log}'; ${answer}`
    const attempts = [1, 2].map(() =>
      session.connect({ url, group: null }, { tokenCommand, timeoutMs: 60_000 }),
    )
    await Promise.allSettled(attempts)
    return readFileSync(log, 'utf8').match(/run/g)?.length
  }
  expect(await connect('exit 1')).toBe(1)
  expect(await connect('echo glpat-abcdefghijklmnopqrst')).toBe(2)
  expect(await connect('echo glpat-abcdefghijklmnopqrst')).toBe(2)
})
