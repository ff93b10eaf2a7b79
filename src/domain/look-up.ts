/** The entry of a table; undefined for a text that is no key of it. */
export function lookUp<Table extends object>(table: Table, text: string): Table[keyof Table] | undefined {
  return Object.hasOwn(table, text) ? table[text as keyof Table] : undefined
}
