import type { IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { createUsageError, RefusedRequest } from './refused-request.ts'

/** A hundred thousand ids, twice. */
const maxBodyBytes = 4 * 1024 * 1024

/** @throws RefusedRequest for a body that is too long, UserError for one that does not fit the schema */
export async function readBody<Schema extends v.GenericSchema>(
  request: IncomingMessage,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const parsed = v.safeParse(schema, parseJson(await readText(request)))
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const place = v.getDotPath(issue)
  throw createUsageError(`The body is malformed${place === null ? '' : ` at ${place}`}: ${issue.message}.`)
}

/** @throws RefusedRequest for more bytes, after all of them: otherwise the client would not see the answer */
export async function* readBytes(
  request: IncomingMessage,
  mostBytes: number,
  hint: string,
): AsyncGenerator<Buffer> {
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= mostBytes) yield chunk
  }
  if (length > mostBytes) throw createSizeError(mostBytes, hint)
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of readBytes(request, maxBodyBytes, 'Choose fewer users at a time.'))
    chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function createSizeError(mostBytes: number, hint: string): RefusedRequest {
  return new RefusedRequest(413, {
    code: 'too_large',
    message: `The body of the request is larger than ${mostBytes / 1024 / 1024} MiB.`,
    hint,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw createUsageError('The body is not valid JSON.')
  }
}
