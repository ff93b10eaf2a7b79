/** In columns of a terminal. */
export type TextWidth = (text: string) => number

const narrow = /^[\x20-\x7e\u00c0-\u024f–…✓✗]*$/

/** Latin letters and the marks of the tables take one column. */
export function isNarrow(text: string): boolean {
  return narrow.test(text)
}

export const narrowTextWidth: TextWidth = ({ length }) => length

/** For every script and emoji. It is slower, and loaded when the first such text is printed. */
export async function loadTextWidth(): Promise<TextWidth> {
  const { default: stringWidth } = await import('string-width')
  return stringWidth
}
