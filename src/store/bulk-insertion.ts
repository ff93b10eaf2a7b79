import type { Statement, Statements } from './statements.ts'

/** A call for each row would cost as much as the row itself. Most first. */
const rowsPerInsert = [50, 10, 1] as const

/** Inserts many rows with each call. */
export class BulkInsertion {
  readonly #inserts: readonly { size: number; statement: Statement }[]
  readonly #bufferSize: number

  constructor(statements: Statements, table: string, columns: readonly string[]) {
    const row = `(${columns.map(() => '?').join(', ')})`
    const into = `INSERT INTO ${table} (${columns.join(', ')})`
    this.#inserts = rowsPerInsert.map((rows) => ({
      size: rows * columns.length,
      statement: statements.prepare(`${into} VALUES ${Array(rows).fill(row).join(', ')}`),
    }))
    this.#bufferSize = rowsPerInsert[0] * columns.length
  }

  /** @param addValues appends the values of a row in the order of the columns: an array for each row would cost time */
  insert<Row>(rows: Iterable<Row>, addValues: (values: unknown[], row: Row) => void): void {
    let values: unknown[] = []
    for (const row of rows) {
      addValues(values, row)
      if (values.length < this.#bufferSize) continue
      this.#run(values)
      values = []
    }
    this.#run(values)
  }

  #run(values: readonly unknown[]): void {
    let start = 0
    for (const { size, statement } of this.#inserts)
      for (; start + size <= values.length; start += size) statement.run(values.slice(start, start + size))
  }
}
