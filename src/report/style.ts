/** Puts the codes of a colour or a weight around a text. */
export type Paint = (text: string) => string

export interface Style {
  green: Paint
  red: Paint
  yellow: Paint
  dim: Paint
  bold: Paint
}

const keep: Paint = (text) => text

/** The style of a stream without colour: every text stays as it is. */
export const plainStyle: Style = { green: keep, red: keep, yellow: keep, dim: keep, bold: keep }

/** The style of a stream; chalk is loaded only where there is colour. */
export async function loadStyle(isColored: boolean): Promise<Style> {
  if (!isColored) return plainStyle
  const { Chalk } = await import('chalk')
  const { green, red, yellow, dim, bold } = new Chalk({ level: 1 })
  return { green, red, yellow, dim, bold }
}
