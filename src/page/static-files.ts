import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answerText, type PageAnswer } from './page-answer.ts'

/** The files that the build writes, by path. */
const staticFiles: ReadonlyMap<string, { name: string; type: string }> = new Map([
  ['/', { name: 'index.html', type: 'text/html' }],
  ['/app.js', { name: 'app.js', type: 'text/javascript' }],
  ['/app.css', { name: 'app.css', type: 'text/css' }],
])

/** @param folder with the files of the browser */
export async function answerStatic(folder: string, path: string): Promise<PageAnswer> {
  const file = staticFiles.get(path)
  if (file === undefined) return answerText(`The seat page has no ${path}.\n`, 404)
  const body = await readFile(join(folder, file.name)).catch(() => null)
  if (body === null) return answerText(`${file.name} is missing: the seat page was not built.\n`, 404)
  return { status: 200, headers: { 'content-type': `${file.type}; charset=utf-8` }, body }
}
