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
    openStore(process.argv[2], { create: false }).then((store) =>
      store.holdPushLock(
        async () => {
          process.stdout.write('held')
          await new Promise((resolve) => setTimeout(resolve, 60_000))
        },
        { signal: new AbortController().signal, onWait: () => {} },
      ),
    )
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

/** Another process that holds the lock until it is killed. */
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

test('only one at a time pushes, and the others say once that they wait', async () => {
  const events: string[] = []
  const bothWait = makeMeeting(3)
  const push = async (name: string) => {
    const store = await open()
    await store.holdPushLock(
      async () => {
        events.push(`${name} begins`)
        await bothWait()
        await delay(60)
        events.push(`${name} ends`)
      },
      {
        ...quietly,
        onWait: () => {
          events.push('waits')
          void bothWait()
        },
      },
    )
  }
  await Promise.all([push('a'), push('b'), push('c')])
  const work = events.filter((event) => event !== 'waits')
  expect(work.map((event) => event.split(' ')[1])).toEqual(Array(3).fill(['begins', 'ends']).flat())
  for (const name of ['a', 'b', 'c'])
    expect(work.indexOf(`${name} ends`) - work.indexOf(`${name} begins`)).toBe(1)
  expect(events.filter((event) => event === 'waits')).toHaveLength(2)
})

test('gives back what the work gives, and is free again after a failure', async () => {
  const store = await open()
  await expect(
    store.holdPushLock(async () => {
      throw new Error('no answer')
    }, quietly),
  ).rejects.toThrow('no answer')
  expect(await store.holdPushLock(async () => 7, quietly)).toBe(7)
})

test('keeps nobody from reading and writing the store', async () => {
  const store = await open()
  const other = await open()
  await store.holdPushLock(async () => {
    await sync(other, makeSnapshot())
    expect(store.subscriptions.find()).not.toBeNull()
  }, quietly)
})

test('is private, and lies beside the store where a link leads to it', async () => {
  const store = await open()
  const link = join(directory, 'link.db')
  symlinkSync(path, link)
  const other = await open(link)
  const waits: string[] = []
  const abort = new AbortController()
  await store.holdPushLock(async () => {
    expect(statSync(`${path}-push`).mode & 0o777).toBe(0o600)
    const push = expect(
      other.holdPushLock(async () => waits.push('held'), {
        signal: abort.signal,
        onWait: () => {
          waits.push('waits')
          setTimeout(() => abort.abort(new Error('interrupted')), 60)
        },
      }),
    ).rejects.toThrow('interrupted')
    await push
  }, quietly)
  expect(waits).toEqual(['waits'])
})

test('of a process that is killed is free at once', async () => {
  const store = await open()
  const child = await startHolder()
  let waited = false
  const push = store.holdPushLock(async () => 'mine', {
    ...quietly,
    onWait: () => {
      waited = true
      child.kill('SIGKILL')
    },
  })
  expect(await push).toBe('mine')
  expect(waited).toBe(true)
})
