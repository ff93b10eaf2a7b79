import { type CsvRow, type RowFault, RowTokenizer, type TokenizedRows } from './row-tokenizer.ts'

/** The first rows of a CSV as one delimiter splits it. */
export class Opening {
  readonly delimiter: string
  /** Complete rows so far, before the fault. */
  readonly rows: CsvRow[] = []
  /** Null if the rows are well formed so far. */
  fault: RowFault | null = null
  #isEnded = false
  readonly #tokenizer: RowTokenizer

  constructor(delimiter: string) {
    this.delimiter = delimiter
    this.#tokenizer = new RowTokenizer(delimiter)
  }

  get isOver(): boolean {
    return this.fault !== null || this.#isEnded
  }

  async write(text: string): Promise<void> {
    if (!this.isOver) this.#take(await this.#tokenizer.write(text))
  }

  async end(): Promise<void> {
    if (!this.isOver) this.#take(await this.#tokenizer.end())
    this.#isEnded = true
  }

  #take({ rows, fault }: TokenizedRows): void {
    this.rows.push(...rows)
    this.fault = fault
  }
}
