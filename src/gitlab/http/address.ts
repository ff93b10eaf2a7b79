import type { Quote } from './quote.ts'

export interface Address {
  url: string
  host: string
  quote: Quote
}
