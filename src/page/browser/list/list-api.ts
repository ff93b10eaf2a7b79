import type { AddOn } from '../../../domain/add-on.ts'
import type { ListDocument, ListFileDocument } from '../../documents.ts'
import type { Api } from '../api.ts'
import type { RunDocument, UsersDocument } from '../documents.ts'
import { RequestFailure } from '../request-failure.ts'
import type { ListChoices, ListReading, ListRunRequest, RejectsRequest } from './list-documents.ts'

export interface HeldFile {
  name: string
  bytes: Blob
}

const notFound = 404

/** A list on the server. One that the server has lost, since it was started again, is sent again. */
export class ListApi {
  readonly #api: Api
  readonly #file: HeldFile
  #id: string | null = null

  constructor(api: Api, file: HeldFile) {
    this.#api = api
    this.#file = file
  }

  async read(reading: ListReading): Promise<ListDocument['list']> {
    if (this.#id === null) return this.#send(reading)
    const { list } = await this.#use<ListDocument>((path) =>
      this.#api.get(`${path}?${formatReading(reading)}`),
    )
    return list
  }

  run(request: ListRunRequest): Promise<RunDocument> {
    return this.#use((path) => this.#api.post(`${path}/runs`, request))
  }

  formatSettled(request: ListReading & ListChoices): Promise<ListFileDocument> {
    return this.#use((path) => this.#api.post(`${path}/settled`, request))
  }

  formatRejects(request: RejectsRequest): Promise<ListFileDocument> {
    return this.#use((path) => this.#api.post(`${path}/rejects`, request))
  }

  /** Users that the row of a line may mean, the likely ones first. */
  readCandidates(
    line: number,
    addOn: AddOn | null,
    reading: ListReading,
    signal: AbortSignal,
  ): Promise<UsersDocument> {
    const query = formatReading(reading)
    query.set('line', String(line))
    if (addOn !== null) query.set('add_on', addOn)
    return this.#use((path) => this.#api.get(`${path}/candidates?${query}`, signal))
  }

  async #use<Document>(ask: (path: string) => Promise<Document>): Promise<Document> {
    const id = this.#id ?? (await this.#send(plainReading)).id
    try {
      return await ask(`lists/${id}`)
    } catch (error) {
      if (!(error instanceof RequestFailure) || error.status !== notFound) throw error
      return ask(`lists/${(await this.#send(plainReading)).id}`)
    }
  }

  async #send(reading: ListReading): Promise<ListDocument['list']> {
    const query = formatReading(reading)
    query.set('name', this.#file.name)
    const { list } = await this.#api.upload<ListDocument>(`lists?${query}`, this.#file.bytes)
    this.#id = list.id
    return list
  }
}

export const plainReading: ListReading = { columns: [], header: true }

function formatReading({ columns, header, encoding }: ListReading): URLSearchParams {
  return new URLSearchParams([
    ...columns.map((column) => ['column', column]),
    ...(header ? [] : [['header', '0']]),
    ...(encoding === undefined ? [] : [['encoding', encoding]]),
  ])
}
