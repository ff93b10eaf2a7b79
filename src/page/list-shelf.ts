import { randomBytes } from 'node:crypto'
import { type InputFile, openCopy } from '../input/files/input-file.ts'
import { RefusedRequest } from './refused-request.ts'

const mostLists = 6

interface KeptList {
  file: InputFile
  readers: number
  isDropped: boolean
}

/** Lists that browsers sent, as private files without a name. The list that was used longest ago makes room for a new one. */
export class ListShelf {
  /** In the order of their last use. */
  readonly #lists = new Map<string, KeptList>()

  /** @returns the id, which no other server accepts */
  async add(name: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
    const file = await openCopy(name, null, bytes)
    const id = randomBytes(12).toString('base64url')
    this.#lists.set(id, { file, readers: 0, isDropped: false })
    for (const oldest of [...this.#lists.keys()].slice(0, -mostLists)) await this.#drop(oldest)
    return id
  }

  /** @throws RefusedRequest for an id whose list is gone: the browser sends the list again */
  async use<T>(id: string, work: (file: InputFile) => Promise<T>): Promise<T> {
    const list = this.#lists.get(id)
    if (list === undefined) throw createGoneError()
    this.#lists.delete(id)
    this.#lists.set(id, list)
    list.readers += 1
    try {
      return await work(list.file)
    } finally {
      list.readers -= 1
      await closeUnused(list)
    }
  }

  async close(): Promise<void> {
    for (const id of [...this.#lists.keys()]) await this.#drop(id)
  }

  async #drop(id: string): Promise<void> {
    const list = this.#lists.get(id)
    this.#lists.delete(id)
    if (list === undefined) return
    list.isDropped = true
    await closeUnused(list)
  }
}

/** A list that is being read is closed by its last reader. */
async function closeUnused({ file, readers, isDropped }: KeptList): Promise<void> {
  if (isDropped && readers === 0) await file.close()
}

function createGoneError(): RefusedRequest {
  return new RefusedRequest(404, {
    code: 'list_gone',
    message: 'The server of the page does not have the list any more.',
    hint: 'Choose the list again.',
  })
}
