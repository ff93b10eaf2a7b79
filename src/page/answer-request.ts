import type { IncomingMessage } from 'node:http'
import type { Gate } from '../local-http/gate.ts'
import { explainStoreError } from '../store/store-error.ts'
import type { Opening } from './opening.ts'
import { answerJson, answerRedirect, type PageAnswer } from './page-answer.ts'
import type { PageContext } from './page-context.ts'
import { answerFailure, RefusedRequest } from './refused-request.ts'
import { routes } from './routes.ts'
import { answerStatic } from './static-files.ts'

export interface PageParts {
  gate: Gate
  opening: Opening
  secret: string
  context: PageContext
  /** With the files of the browser. */
  filesFolder: string
}

/** Never rejects. @returns `changes` for the stream of changes */
export async function answerRequest(
  parts: PageParts,
  request: IncomingMessage,
): Promise<PageAnswer | 'changes'> {
  const { gate, opening, context, filesFolder } = parts
  try {
    const refusal = gate.findRefusal(request)
    if (refusal !== null)
      throw createRefusal(403, 'forbidden', refusal, 'Open the address that "duo-seats page" printed.')
    const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '') ?? []
    if (!path.startsWith('/api/')) {
      if (request.method !== 'GET') throw createMethodError('GET')
      if (opening.take(path, performance.now())) return answerRedirect(`/#${parts.secret}`)
      if (path.startsWith('/open/')) throw createOpeningError()
      return await answerStatic(filesFolder, path)
    }
    requireSecret(gate, request)
    const text = await answerApi(context, request, path, new URLSearchParams(query))
    return text === null ? 'changes' : answerJson(text)
  } catch (error) {
    return answerFailure((await explainStoreError(error, context.session.storePath)) ?? error)
  }
}

function answerApi(
  context: PageContext,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<string> | null {
  if (request.method === 'POST' && context.isReadOnly)
    throw createRefusal(
      403,
      'read_only',
      'The page is read-only.',
      'To change seats, start it without --read-only.',
    )
  const matching = routes.filter((route) => route.path.test(path))
  if (matching.length === 0)
    throw createRefusal(404, 'not_found', `The seat page has no ${path}.`, 'Reload the page.')
  const route = matching.find(({ method }) => method === request.method)
  if (route === undefined) throw createMethodError(matching.map((one) => one.method).join(', '))
  context.storeFile.require()
  const [, key = ''] = route.path.exec(path) ?? []
  return route.answer(context, { request, query, key })
}

function requireSecret(gate: Gate, request: IncomingMessage): void {
  if (gate.hasToken(request)) return
  throw createRefusal(
    401,
    'unauthorized',
    'The secret of the address is missing or wrong.',
    'Open the whole address that "duo-seats page" printed.',
    { 'www-authenticate': 'Bearer' },
  )
}

function createOpeningError(): RefusedRequest {
  return createRefusal(
    410,
    'gone',
    'This address works once, within a minute after the start.',
    'Open the address that "duo-seats page" printed.',
  )
}

function createMethodError(allow: string): RefusedRequest {
  return createRefusal(405, 'method_not_allowed', `Only ${allow} is answered here.`, 'Reload the page.', {
    allow,
  })
}

function createRefusal(
  status: number,
  code: string,
  message: string,
  hint: string,
  headers: Record<string, string> = {},
): RefusedRequest {
  return new RefusedRequest(status, { code, message, hint }, headers)
}
