import type { ListDocument } from '../../src/page/documents.ts'
import type { TestPage } from './open-page.ts'

/** Sends a list as a browser does. @param query more parameters, such as `header=0` */
export async function sendList(
  page: TestPage,
  content: string | Uint8Array,
  { name = 'people.csv', query = '' } = {},
): Promise<ListDocument['list']> {
  const path = `/api/lists?name=${encodeURIComponent(name)}&${query}`
  const response = await page.fetch(path, { method: 'POST', body: content })
  const { list } = (await response.json()) as ListDocument
  return list
}
