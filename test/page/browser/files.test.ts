import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { binary } from '../../support/workdir.ts'

const folder = join(dirname(binary), '../dist/page')

const mostBytes = 120 * 1024

test('the files of the page take at most 120 KB when compressed', () => {
  const names = readdirSync(folder)
  expect(names.sort()).toEqual(['app.css', 'app.js', 'index.html'])
  const sizes = names.map((name) => gzipSync(readFileSync(join(folder, name))).length)
  expect(sizes.reduce((one, other) => one + other)).toBeLessThan(mostBytes)
})

test('the page loads nothing from elsewhere', () => {
  const addresses = readdirSync(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    return [...text.matchAll(/(?:src|href|url|import)\s*[=(]\s*["']?(?:https?:)?\/\/[^"')\s]*/g)].map(String)
  })
  expect(addresses).toEqual([])
})
