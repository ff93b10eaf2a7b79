// Bundles src/ and the libraries into dist/: one file for what every command needs, and one for each part that is imported when
// it is needed, since reading and compiling the whole would take longer than all of our own start. better-sqlite3 stays outside:
// it is compiled for the machine it is installed on.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { build, transform } from 'esbuild'
import { bundleSqlite } from './bundle-sqlite.mjs'
import { joinFiles } from './join-files.mjs'

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

/** The page of GraphiQL that `serve` shows: all in one file of 9 MB, packed to a quarter of it, since browsers unpack it themselves. */
const makeGraphiqlPage = {
  name: 'make-graphiql-page',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/graphiql\.html\.gz$/ }, () => ({ path: 'graphiql.html.gz', namespace: 'page' }))
    onLoad({ filter: /./, namespace: 'page' }, () => {
      const page = renderGraphiQL({
        title: 'duo-seats serve',
        endpoint: '/api/graphql',
        defaultHeaders: '{ "Authorization": "Bearer the-token-that-serve-printed" }',
        defaultQuery: '{\n  metadata { version }\n  currentUser { username }\n}\n',
      })
      return { contents: gzipSync(page, { level: 9 }), loader: 'binary' }
    })
  },
}

const { outputFiles, metafile } = await build({
  entryPoints: { 'duo-seats': 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target,
  loader: { '.graphql': 'text' },
  plugins: [leaveOutChildProcess, makeGraphiqlPage, bundleSqlite],
  metafile: true,
  write: false,
  logLevel: 'warning',
})

// esbuild splits modules of the ESM format only. Node's loader of those would cost more than all of our own start: each file
// becomes CommonJS, and import() becomes require().
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
  codes.set(basename(path), code)
}
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
for (const [name, code] of joinFiles(codes, 'duo-seats.js')) writeFileSync(`dist/${name}`, code)

// The licenses of the bundled libraries ask to be passed on with them.
const packages = new Set([
  ...Object.keys(metafile.inputs).flatMap((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []),
  'node_modules/@graphql-yoga/render-graphiql',
])
const licenses = [...packages].sort().map((path) => {
  const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'))
  const file = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt']
    .map((file) => `${path}/${file}`)
    .find(existsSync)
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(file, 'utf8').trim()}\n`
})
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`))
