import { escapeXml } from '../escape-xml.ts'

type Attributes = Record<string, string | number>

/** @param content elements and escaped text */
export function element(name: string, attributes: Attributes, ...content: string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
  const start = `<${name}${written.join('')}`
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`
}

/** Text that stays text: it can be selected, searched and read aloud. */
export function textElement(text: string, attributes: Attributes): string {
  return element('text', attributes, escapeXml(text))
}
