import { XmlDocument, type XmlElement } from 'libxml2-wasm'

/** A chart, as an XML parser reads it. */
export interface ReadSvg {
  title: string
  description: string
  style: string
  /** Of all `<text>` elements. */
  texts: string[]
  /** The `d` of the line of each series, by the class. */
  lines: Record<string, string>
  /** The number of dots of each series. */
  dots: Record<string, number>
}

const namespaces = { svg: 'http://www.w3.org/2000/svg' }

/** @throws an error of the parser unless the text is well-formed XML */
export function readSvg(text: string): ReadSvg {
  const document = XmlDocument.fromString(text)
  try {
    const find = (xpath: string) => document.root.find(xpath, namespaces) as XmlElement[]
    const textOf = (xpath: string) => find(xpath)[0]?.content ?? ''
    const series = ['bought', 'held', 'active']
    const inPlot = (name: string) => find(`//svg:path[@class="line ${name}"]`).at(-1)
    return {
      title: textOf('/svg:svg/svg:title'),
      description: textOf('/svg:svg/svg:desc'),
      style: textOf('/svg:svg/svg:style'),
      texts: find('//svg:text').map(({ content }) => content),
      lines: Object.fromEntries(series.map((name) => [name, inPlot(name)?.attr('d')?.value ?? ''])),
      dots: Object.fromEntries(
        series.map((name) => [name, find(`//svg:circle[@class="dot ${name}"]`).length]),
      ),
    }
  } finally {
    document.dispose()
  }
}
