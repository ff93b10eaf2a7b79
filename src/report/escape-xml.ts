import { escapeControls, showCodePoint } from './escape-controls.ts'

/** Lone surrogates and noncharacters, which neither XML nor UTF-8 can hold. */
const unprintable = /[\p{Cs}\p{Noncharacter_Code_Point}]/gu

/** Outside text in one line, without any character that XML 1.0 forbids. */
export function escapeUnprintable(text: string): string {
  return escapeControls(text).replace(unprintable, showCodePoint)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** For an element or an attribute. */
export function escapeXml(text: string): string {
  return escapeUnprintable(text).replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
