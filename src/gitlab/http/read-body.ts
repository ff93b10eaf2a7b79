import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Unpacked. The largest page of users that GitLab sends has less than one. */
const mostMebibytes = 64

/** The answer is larger than any that GitLab sends; the request may have been carried out. */
export class HugeAnswerError extends Error {
  override readonly name = 'HugeAnswerError'

  constructor() {
    super(`answered with more than ${mostMebibytes} MiB`)
  }
}

/**
 * Reads and unpacks the body of an answer. It keeps no more of it than the limit, whatever the headers announce. The signal of the
 * request ends the unpacking as well.
 *
 * @throws HugeAnswerError; a network error; AbortError
 */
export async function readBody(answer: IncomingMessage): Promise<string> {
  const unpacked = answer.headers['content-encoding'] === 'gzip' ? unpack(answer) : answer
  const chunks: Uint8Array[] = []
  let left = mostMebibytes * 2 ** 20
  for await (const chunk of unpacked) {
    left -= chunk.length
    if (left < 0) throw new HugeAnswerError()
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

/** The answer to HEAD may announce gzip, but has no body. */
async function* unpack(answer: IncomingMessage): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip()
  // The loop below gets the error of either.
  pipeline(answer, gunzip, () => {})
  try {
    yield* gunzip
  } catch (error) {
    if (answer.errored !== null || gunzip.bytesWritten > 0) throw error
  }
}
