/** Colours of text have a contrast of 4.5:1 or more to the page, those of lines 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). */
interface Palette {
  page: string
  text: string
  label: string
  grid: string
  bought: string
  held: string
  active: string
}

const light: Palette = {
  page: '#ffffff',
  text: '#1f1e24',
  label: '#626168',
  grid: '#dcdcde',
  bought: '#737278',
  held: '#1068bf',
  active: '#b35a00',
}

const dark: Palette = {
  page: '#1f1e24',
  text: '#ececef',
  label: '#a4a3a8',
  grid: '#434248',
  bought: '#a4a3a8',
  held: '#63a6e9',
  active: '#f0b45a',
}

/** CSS for a reader with a light and with a dark desktop. */
export const chartStyle = [
  'text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px}',
  '.title{font-size:20px;font-weight:600}',
  '.tick{font-size:12px}',
  '.line{fill:none;stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}',
  '.bought{stroke-dasharray:2 6}',
  '.area{fill-opacity:.12}',
  writeColors(light),
  `@media (prefers-color-scheme:dark){${writeColors(dark)}}`,
].join('\n')

function writeColors({ page, text, label, grid, bought, held, active }: Palette): string {
  const series = Object.entries({ bought, held, active }).map(
    ([name, color]) => `.line.${name}{stroke:${color}}.dot.${name},.area.${name}{fill:${color}}`,
  )
  return `.page{fill:${page}}.title,.value{fill:${text}}.label{fill:${label}}.grid{stroke:${grid}}${series.join('')}`
}
