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

/** A body that is too long is read to its end, or the client would not see the answer. */
function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= maxBodyBytes) chunks.push(chunk)
    })
    request.once('error', reject)
    request.once('end', () => {
      if (length > maxBodyBytes) reject(createSizeError())
      else resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
}

function createSizeError(): RefusedRequest {
  return new RefusedRequest(413, {
    code: 'too_large',
    message: `The body of the request is larger than ${maxBodyBytes / 1024 / 1024} MiB.`,
    hint: 'Choose fewer users at a time.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw createUsageError('The body is not valid JSON.')
  }
}
