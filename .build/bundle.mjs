// Bundles src/ into dist/duo-seats.js, and each library that only some commands need into a file of its own beside it: few
// files start faster than many, and what is not needed is not even read. better-sqlite3 stays outside, since it is compiled for
// the machine it is installed on.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const libraries = {
  chalk: 'chalk',
  'cli-table3': 'cli-table3',
  'csv-parse': 'csv-parse',
  'csv-stringify/sync': 'csv-stringify',
  ora: 'ora',
  valibot: 'valibot',
}

const settings = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  // Turns import() into require(): Node's loader of modules would cost more than all of our own start.
  supported: { 'dynamic-import': false },
  metafile: true,
  logLevel: 'warning',
}

const linkLibraries = {
  name: 'link-libraries',
  setup({ onResolve }) {
    onResolve({ filter: /^[a-z]/ }, ({ path }) =>
      path in libraries ? { path: `./${libraries[path]}.js`, external: true } : undefined,
    )
  },
}

/** commander starts subcommands that are programs of their own with it. Ours are not, and loading it takes 8 ms. */
const leaveOutChildProcess = {
  name: 'leave-out-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'child_process', namespace: 'left-out' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}' }))
  },
}

const bundles = [
  await build({
    ...settings,
    entryPoints: { 'duo-seats': 'src/main.ts' },
    external: ['better-sqlite3'],
    plugins: [linkLibraries, leaveOutChildProcess],
  }),
  await build({
    ...settings,
    entryPoints: Object.entries(libraries).map(([path, name]) => ({ in: path, out: name })),
  }),
]

// The licenses of the bundled libraries ask to be passed on with them.
const inputs = bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs))
const packages = new Set(inputs.flatMap((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []))
const licenses = [...packages].sort().map((path) => {
  const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'))
  const file = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt']
    .map((file) => `${path}/${file}`)
    .find(existsSync)
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(file, 'utf8').trim()}\n`
})
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`))
