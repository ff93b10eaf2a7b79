// Bundles src/ and the libraries it uses into dist/duo-seats.js: one file starts in half the time of many.
// better-sqlite3 stays outside, since it is compiled for the machine it is installed on.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/duo-seats.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  external: ['better-sqlite3'],
  // Turns import() into require(): Node's loader of modules would cost more than all of our own start.
  supported: { 'dynamic-import': false },
  metafile: true,
  logLevel: 'warning',
})

// The licenses of the bundled libraries ask to be passed on with them.
const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []),
)
const licenses = [...packages].sort().map((path) => {
  const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'))
  const file = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt']
    .map((file) => `${path}/${file}`)
    .find(existsSync)
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(file, 'utf8').trim()}\n`
})
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`))
