import { type CsvRow, type RowFault, RowTokenizer, type TokenizedRows } from './row-tokenizer.ts'

/** The first row of a CSV as one delimiter splits it. */
export class Opening {
  readonly delimiter: string
  /** Null if the text has no row, or before it is complete. */
  row: CsvRow | null = null
  /** Null if the first row is well formed. */
  fault: RowFault | null = null
  readonly #tokenizer: RowTokenizer

  constructor(delimiter: string) {
    this.delimiter = delimiter
    this.#tokenizer = new RowTokenizer(delimiter)
  }

  get isComplete(): boolean {
    return this.row !== null || this.fault !== null
  }

  async write(text: string): Promise<void> {
    if (!this.isComplete) this.#take(await this.#tokenizer.write(text))
  }

  async end(): Promise<void> {
    if (!this.isComplete) this.#take(await this.#tokenizer.end())
  }

  #take({ rows: [row], fault }: TokenizedRows): void {
    if (row === undefined) this.fault = fault
    else this.row = row
  }
}
