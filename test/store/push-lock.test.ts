import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { makeMeeting } from '../support/meeting.ts'
import { makeDirectory, makeSnapshot, quietly, sync } from './sample-store.ts'

const directory = makeDirectory()
const holder = join(directory, 'hold-lock.cjs')
const stores: Store[] = []
const children: ChildProcess[] = []
let path = ''
let number = 0

beforeAll(async () => {
  const source = `
    import { openStore } from ${JSON.stringify(resolve(import.meta.dirname, '../../src/store/open-store.ts'))}
    openStore(process.argv[2], { create: false }).then(async (store) => {
      const lock = await store.takePushLock({ signal: new AbortController().signal, onWait: () => {} })
      process.stdout.write('held')
      // A lock that nothing refers to would be collected, and its file closed.
      setTimeout(() => lock.release(), 60_000)
    })
  `
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: directory },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: ['better-sqlite3'],
    supported: { 'dynamic-import': false },
  })
  writeFileSync(holder, outputFiles[0]?.contents ?? '')
})

beforeEach(() => {
  number += 1
  path = join(directory, `${number}.db`)
})

afterEach(() => {
  for (const store of stores.splice(0)) store.close()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function open(where = path): Promise<Store> {
  const store = await openStore(where, { create: true })
  stores.push(store)
  return store
}

/** Starts another process that holds the lock until it is killed. */
async function startHolder() {
  const nodeModules = resolve(import.meta.dirname, '../../node_modules')
  const child = spawn(process.execPath, [holder, path], {
    env: { ...process.env, NODE_PATH: nodeModules },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await once(child.stdout, 'data')
  return child
}

test('one holder at a time has the push lock, and each other caller is told once that it waits', async () => {
  const events: string[] = []
  const bothWait = makeMeeting(3)
  const push = async (name: string) => {
    const store = await open()
    const lock = await store.takePushLock({
      ...quietly,
      onWait: () => {
        events.push('waits')
        void bothWait()
      },
    })
    events.push(`${name} begins`)
    await bothWait()
    await delay(60)
    events.push(`${name} ends`)
    lock.release()
  }
  await Promise.all([push('a'), push('b'), push('c')])
  const work = events.filter((event) => event !== 'waits')
  expect(work.map((event) => event.split(' ')[1])).toEqual(Array(3).fill(['begins', 'ends']).flat())
  for (const name of ['a', 'b', 'c'])
    expect(work.indexOf(`${name} ends`) - work.indexOf(`${name} begins`)).toBe(1)
  expect(events.filter((event) => event === 'waits')).toHaveLength(2)
})

test('a released push lock can be taken again, and a second release does nothing', async () => {
  const store = await open()
  const lock = await store.takePushLock(quietly)
  lock.release()
  lock.release()
  const again = await store.takePushLock(quietly)
  lock.release()
  const waits: string[] = []
  const abort = new AbortController()
  const third = store.takePushLock({
    signal: abort.signal,
    onWait: () => {
      waits.push('waits')
      abort.abort(new Error('interrupted'))
    },
  })
  await expect(third).rejects.toThrow('interrupted')
  expect(waits).toEqual(['waits'])
  again.release()
})

test('the push lock keeps no other connection from reading and writing the store', async () => {
  const store = await open()
  const other = await open()
  const lock = await store.takePushLock(quietly)
  await sync(other, makeSnapshot())
  expect(store.subscriptions.find()).not.toBeNull()
  lock.release()
})

test('the file of the push lock is private and lies beside the store, also behind a symbolic link', async () => {
  const store = await open()
  const link = join(directory, 'link.db')
  symlinkSync(path, link)
  const other = await open(link)
  const waits: string[] = []
  const abort = new AbortController()
  const lock = await store.takePushLock(quietly)
  expect(statSync(`${path}-push`).mode & 0o777).toBe(0o600)
  const push = other.takePushLock({
    signal: abort.signal,
    onWait: () => {
      waits.push('waits')
      setTimeout(() => abort.abort(new Error('interrupted')), 60)
    },
  })
  await expect(push).rejects.toThrow('interrupted')
  expect(waits).toEqual(['waits'])
  lock.release()
})

test('the push lock of a killed process is free at once', async () => {
  const store = await open()
  const child = await startHolder()
  let waited = false
  const lock = await store.takePushLock({
    ...quietly,
    onWait: () => {
      waited = true
      child.kill('SIGKILL')
    },
  })
  expect(waited).toBe(true)
  lock.release()
})
