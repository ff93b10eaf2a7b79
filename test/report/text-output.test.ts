import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createSpool } from '../../src/report/spool.ts'
import { TextOutput } from '../../src/report/text-output.ts'
import { CollectingStream } from './collected-page.ts'

function failWith(code: string): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) })
}

const page = 'x'.repeat(64 * 1024)

test('text is written to the stream in chunks of 64 KiB', async () => {
  const stream = new CollectingStream()
  const output = new TextOutput(stream)
  await output.write('a')
  expect(stream.text).toBe('')
  await output.write(page)
  expect(stream.text).toBe(`a${page}`)
  await output.write('b')
  await output.end()
  await output.end()
  expect(stream.text).toBe(`a${page}b`)
})

test('no chunk is written before the stream drains', async () => {
  const pieces: string[] = []
  let release = () => {}
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      pieces.push(chunk)
      release = done
    },
  })
  const output = new TextOutput(stream)
  let isWritten = false
  const written = output.write(page).then(() => {
    isWritten = true
  })
  await new Promise(setImmediate)
  expect([pieces.length, isWritten]).toEqual([1, false])
  release()
  await written
  expect(isWritten).toBe(true)
})

test('text after EIO is discarded for a terminal, and EIO of a disk is an error', async () => {
  const output = new TextOutput(Object.assign(failWith('EIO'), { isTTY: true }))
  await output.write(page)
  expect(output.isClosed).toBe(true)
  await expect(new TextOutput(failWith('EIO')).write(page)).rejects.toMatchObject({ code: 'EIO' })
})

test.each(['EPIPE', 'ECONNRESET'])('text after %s is discarded', async (code) => {
  const output = new TextOutput(failWith(code))
  expect(output.isClosed).toBe(false)
  await output.write(page)
  expect(output.isClosed).toBe(true)
  await output.write(page)
  await output.end()
})

test('a second output on a closed pipe is closed as well', async () => {
  const stream = failWith('EPIPE')
  await new TextOutput(stream).write(page)
  const output = new TextOutput(stream)
  await output.write(page)
  expect(output.isClosed).toBe(true)
})

test('a pipe without a reader discards the rest', async () => {
  const reader = spawn('true', { stdio: ['pipe', 'ignore', 'ignore'] })
  await new Promise((resolve) => reader.on('exit', resolve))
  const output = new TextOutput(reader.stdin)
  for (let count = 0; count < 50; count += 1) await output.write(page)
  expect(output.isClosed).toBe(true)
})

test('a full disk is a failure', async () => {
  const output = new TextOutput(failWith('ENOSPC'))
  await expect(output.write(page)).rejects.toThrow('ENOSPC')
  expect(output.isClosed).toBe(false)
})

test('a spool keeps text of any length until it is read and leaves no file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-test-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const spool = await createSpool(directory)
  expect(await readdir(directory)).toEqual([])
  const text = 'Gr\u00fc\u00dfe an 林美玲\n'.repeat(50_000)
  await spool.output.write(text)
  await spool.output.write('the end\n')
  const stream = new CollectingStream()
  const output = new TextOutput(stream)
  await spool.pipeTo(output)
  await output.end()
  await spool.close()
  expect(stream.text === `${text}the end\n`).toBe(true)
})

test('a spool stops when its reader closes', async () => {
  const spool = await createSpool()
  await spool.output.write(page.repeat(20))
  const output = new TextOutput(failWith('EPIPE'))
  await spool.pipeTo(output)
  expect(output.isClosed).toBe(true)
  // The spool has to close its file itself, even if it does so later.
  await setTimeout(50)
  await spool.close()
})
