export type Paint = (text: string) => string

export interface Style {
  green: Paint
  red: Paint
  yellow: Paint
  dim: Paint
  bold: Paint
}

const keep: Paint = (text) => text

export const plainStyle: Style = { green: keep, red: keep, yellow: keep, dim: keep, bold: keep }

/** chalk is loaded only for colour. */
export async function loadStyle(isColored: boolean): Promise<Style> {
  if (!isColored) return plainStyle
  const { Chalk } = await import('chalk')
  const { green, red, yellow, dim, bold } = new Chalk({ level: 1 })
  return { green, red, yellow, dim, bold }
}
