import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { UserError } from '../errors.ts'

/** @throws UserError if the compiled part of the library is missing, or was made for another Node or machine */
export async function loadSqlite(): Promise<typeof Sqlite> {
  try {
    const { default: Database } = await import('better-sqlite3')
    // The first database loads the compiled part.
    new Database(':memory:').close()
    return Database
  } catch (error) {
    throw explainLoadError(error) ?? error
  }
}

const addon = /((?:\/|[A-Z]:\\).*)[\\/]node_modules[\\/]better-sqlite3[\\/].*\.node/

function explainLoadError(error: unknown): UserError | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  const { code, message } = error
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_DLOPEN_FAILED') return null
  const [, folder] = addon.exec(message) ?? []
  return new UserError(
    'failed',
    `better-sqlite3, the library that reads the store, ${describeFault(code, message)} on ${process.platform}-${process.arch}.`,
    folder === undefined
      ? `Install ${reinstall}`
      : `Type: cd "${folder}" && ${findBuildCommand(folder)}\nOr install ${reinstall}`,
    error,
  )
}

function describeFault(code: string, message: string): string {
  const node = `Node.js ${process.version}`
  if (code === 'MODULE_NOT_FOUND') return `is not installed completely: it has no compiled part for ${node}`
  if (message.includes('NODE_MODULE_VERSION'))
    return `was compiled for another version of Node.js than ${node}`
  return `has a compiled part that does not fit ${node}`
}

const reinstall =
  'the tool again, with the install script of the library: npm install --global --allow-scripts=better-sqlite3 duo-seats-VERSION.tgz'

/** Version 13 has no install script, which "npm rebuild" would run. */
function findBuildCommand(folder: string): string {
  const library = join(folder, 'node_modules', 'better-sqlite3')
  const { scripts } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    scripts?: { install?: string }
  }
  if (scripts?.install !== undefined) return 'npm rebuild better-sqlite3'
  return 'cd node_modules/better-sqlite3 && npm run build-release'
}
