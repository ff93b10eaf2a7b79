import { UserError } from '../../errors.ts'
import type { InputFile } from '../files/input-file.ts'
import { describeJsonFault } from './describe-json-fault.ts'
import { JsonFault, JsonPieces, type Piece } from './json-pieces.ts'
import { readWithoutMark } from './read-without-mark.ts'

/**
 * Reads a JSON document from its beginning, some pieces at a time.
 *
 * @param lists members of the root whose elements become pieces
 * @throws UserError for a text that is not JSON in UTF-8
 */
export async function* readPieces(file: InputFile, lists: ReadonlySet<string>): AsyncGenerator<Piece[]> {
  const pieces = new JsonPieces(lists)
  try {
    for await (const chunk of readWithoutMark(file)) yield pieces.write(chunk)
    yield pieces.end()
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw new UserError(
      'usage',
      `${file.label} ${await describeJsonFault(file, error)}.`,
      'A snapshot is one JSON document in UTF-8. Write it again, then run the command again.',
      error,
    )
  }
}
