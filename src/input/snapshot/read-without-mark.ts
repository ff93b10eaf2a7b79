import type { InputFile } from '../files/input-file.ts'

/** For long files; a chunk of pieces becomes one transaction. */
const chunkBytes = 2 ** 16

const byteOrderMark = Buffer.from('\ufeff')

/** Reads the bytes of a UTF-8 file, without its byte order mark. */
export async function* readWithoutMark(file: InputFile): AsyncGenerator<Uint8Array> {
  let isFirst = true
  for await (const chunk of file.readChunks(chunkBytes)) {
    const hasMark = isFirst && byteOrderMark.equals(chunk.subarray(0, byteOrderMark.length))
    yield hasMark ? chunk.subarray(byteOrderMark.length) : chunk
    isFirst = false
  }
}
