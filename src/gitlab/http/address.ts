import type { Quote } from './quote.ts'

export const addressHint = 'Check the address, and any gateway in front of GitLab.'

export interface Address {
  url: string
  host: string
  quote: Quote
}
