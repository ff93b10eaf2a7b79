import { copyFileSync } from 'node:fs'
import { build } from 'esbuild'

/**
 * Bundles the browser's side of the seat page: one script, one style sheet, and the document that loads them.
 *
 * @returns {Promise<string[]>} paths of the source files
 */
export async function bundlePage(outdir) {
  const { metafile } = await build({
    entryPoints: ['src/page/browser/app/app.tsx'],
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome120', 'firefox121', 'safari17.4'],
    tsconfig: 'src/page/browser/tsconfig.json',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  copyFileSync('src/page/browser/index.html', `${outdir}/index.html`)
  return Object.keys(metafile.inputs)
}
