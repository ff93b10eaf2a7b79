// Bundles src/ and the libraries into dist/: one file for what every command needs, and one for each part that is imported when
// it is needed, since reading and compiling the whole would take longer than all of our own start. better-sqlite3 stays outside:
// it is compiled for the machine it is installed on.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build, transform } from 'esbuild'

const target = 'node20.19'

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

const { outputFiles, metafile } = await build({
  entryPoints: { 'duo-seats': 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // Unused code is left out of ES modules only.
  mainFields: ['module', 'main'],
  target,
  external: ['better-sqlite3'],
  loader: { '.graphql': 'text' },
  plugins: [leaveOutChildProcess],
  metafile: true,
  write: false,
  logLevel: 'warning',
})

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
// esbuild splits modules of the ESM format only. Node's loader of those would cost more than all of our own start: each file
// becomes CommonJS, and import() becomes require().
for (const { path, text } of outputFiles) {
  const { code } = await transform(text, { format: 'cjs', target, supported: { 'dynamic-import': false } })
  writeFileSync(path, code)
}

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
