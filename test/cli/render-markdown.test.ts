import { describe, expect, test } from 'vitest'
import { breakCode } from '../../src/cli/help/fill-lines.ts'
import { fitHelp } from '../../src/cli/help/fit-help.ts'
import { renderMarkdown } from '../../src/cli/help/render-markdown.ts'
import { plainStyle, type Style } from '../../src/report/style.ts'

/** Shows where a style begins and ends. */
const visibleStyle: Style = { ...plainStyle, bold: (text) => `<${text}>`, dim: (text) => `{${text}}` }

const markdown = `# A title

A paragraph with \`code\`, **strong words**, a [topic](csv.md#columns), the
[help csv](csv.md), a [place](#here) and a [page](https://example.com/a).

- one item that goes on
  in a second line
- \`-y, --yes\`

1. first
2. second

| key | meaning |
| --- | --- |
| \`a\\|b\` | a cell with many words in it |
| c | |

\`\`\`sh
duo-seats  list \\
  --all
\`\`\`
`

test('Markdown is rendered without marks, within the width', () => {
  expect(renderMarkdown(markdown, { style: plainStyle, width: 30 })).toBe(`A title

  A paragraph with code,
  strong words, a topic (help
  csv), the help csv, a place
  and a page
  (https://example.com/a).

  - one item that goes on in a
    second line
  - -y, --yes

  1. first
  2. second

  key  meaning
  a|b  a cell with many words
       in it
  c

    duo-seats  list \\
      --all
`)
})

test('headings, code and strong text are bold, and titles of columns dim, each word by itself', () => {
  const text = renderMarkdown(markdown, { style: visibleStyle, width: 60 })
  expect(text).toContain('<A title>\n')
  expect(text).toContain(' <code>, <strong> <words>, a topic ')
  expect(text).toContain('  {key}  {meaning}\n  <a|b>  a cell ')
})

describe('a line of code that is too long', () => {
  test('a line of code that is too long is broken behind spaces and commas, and indented further', () => {
    expect(breakCode('  {"a":1,"b":2,"c": 3, "d":4}', 16)).toEqual([
      '  {"a":1,"b":2,',
      '      "c": 3,',
      '      "d":4}',
    ])
  })

  test('a line of code that is too long is cut if it has neither', () => {
    expect(breakCode('0123456789abcdef', 10)).toEqual(['0123456789', '    abcdef'])
  })

  test('a line of code that is too long stays as it is if it fits', () => {
    expect(breakCode('a  b, c', 7)).toEqual(['a  b, c'])
  })
})

test('help is fitted by joining paragraphs and wrapping lines with their indent', () => {
  const help = 'Two lines of\none paragraph.\n\nExamples:\n  an example that is long\n  short\n'
  expect(fitHelp(help, 20)).toBe(
    'Two lines of one\nparagraph.\n\nExamples:\n  an example that is\n  long\n  short\n',
  )
})
