// Bundles src/ and the libraries into dist/: one file for every command, and one for each part that is imported on demand, since
// loading all of it would double the start-up time. better-sqlite3 stays outside: npm compiles it for each machine.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build, transform } from 'esbuild'

const target = 'node20.19'

/** commander needs it for subcommands in programs of their own, which this tool lacks. Loading it takes 8 ms. */
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
  // esbuild removes unused code from ES modules only.
  mainFields: ['module', 'main'],
  target,
  external: ['better-sqlite3'],
  loader: { '.graphql': 'text', '.md': 'text' },
  plugins: [leaveOutChildProcess],
  metafile: true,
  write: false,
  logLevel: 'warning',
})

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
// esbuild splits ES modules only, but Node loads CommonJS faster: each file becomes CommonJS, and import() becomes require().
for (const { path, text } of outputFiles) {
  const { code } = await transform(text, { format: 'cjs', target, supported: { 'dynamic-import': false } })
  writeFileSync(path, code)
}

// The bundled libraries require that their licenses are passed on.
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
