// Bundles src/ and the libraries into dist/: one file for every command, and one for each part that is imported on demand, since
// loading all of it would double the start-up time. better-sqlite3 stays outside: npm compiles it for each machine.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { build, transform } from 'esbuild'
import { bundlePage } from './bundle-page.mjs'
import { bundleSqlite } from './bundle-sqlite.mjs'
import { joinFiles } from './join-files.mjs'

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
  loader: { '.graphql': 'text', '.md': 'text' },
  plugins: [leaveOutChildProcess, bundleSqlite],
  metafile: true,
  write: false,
  logLevel: 'warning',
})

/** esbuild exports a copy of each module, so every use of an import would call two getters. */
function exportDirectly(code) {
  return code.replace(
    'module.exports=__toCommonJS(stdin_exports);',
    'module.exports=Object.defineProperty(stdin_exports,"__esModule",{value:true});',
  )
}

// esbuild splits ES modules only, but Node loads CommonJS faster: each file becomes CommonJS, and import() becomes require().
const codes = new Map()
for (const { path, text } of outputFiles) {
  const { code } = await transform(text, {
    format: 'cjs',
    target,
    supported: { 'dynamic-import': false },
    // Half of the text is documentation of the libraries.
    minifyWhitespace: true,
    legalComments: 'none',
  })
  codes.set(basename(path), exportDirectly(code))
}
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
for (const [name, code] of joinFiles(codes, 'duo-seats.js')) writeFileSync(`dist/${name}`, code)

const page = await bundlePage('dist/page')

// The bundled libraries require that their licenses are passed on.
const packages = new Set(
  [...Object.keys(metafile.inputs), ...page].flatMap(
    (path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? [],
  ),
)
const licenses = [...packages].sort().map((path) => {
  const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'))
  const file = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt']
    .map((file) => `${path}/${file}`)
    .find(existsSync)
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(file, 'utf8').trim()}\n`
})
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`))
