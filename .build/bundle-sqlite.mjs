import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const folder = resolve('node_modules/better-sqlite3')
const { version, main } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))

/** Version 13 loads its addon in another way, and runs where Node keeps compiled files. */
const canBundle = version.startsWith('12.')

/** JavaScript and addon must have one version: with another one installed, the package is loaded as it is. */
const chooseCopy = `
  const { version } = require('better-sqlite3/package.json')
  module.exports = version === '${version}' ? require(${JSON.stringify(resolve(folder, main))}) : require('better-sqlite3')
`

/** Stands for the package "bindings", which tries several folders. */
const requireAddon = `
  const { dirname, join } = require('node:path')
  const folder = dirname(require.resolve('better-sqlite3/package.json'))
  module.exports = (name) => require(join(folder, 'build/Release', name))
`

/**
 * Bundles the JavaScript of better-sqlite3: fourteen files, which take a third of the start of "list". The addon stays outside: it
 * is compiled for the machine on which it is installed.
 */
export const bundleSqlite = {
  name: 'bundle-sqlite',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^better-sqlite3$/ }, ({ namespace }) =>
      namespace === 'sqlite' || !canBundle
        ? { path: 'better-sqlite3', external: true }
        : { path: 'copy', namespace: 'sqlite' },
    )
    onResolve({ filter: /^better-sqlite3\/package.json$/ }, ({ path }) => ({ path, external: true }))
    onResolve({ filter: /^bindings$/ }, () => ({ path: 'addon', namespace: 'sqlite' }))
    onLoad({ filter: /^copy$/, namespace: 'sqlite' }, () => ({ contents: chooseCopy, resolveDir: folder }))
    onLoad({ filter: /^addon$/, namespace: 'sqlite' }, () => ({ contents: requireAddon }))
  },
}
