import fc from 'fast-check'
import { anyCharacter } from '../../support/any-character.ts'

/** Names that would be markup, mentions, references of GitLab, quick actions, or no text of XML. */
export const hostileTexts = [
  '@ada',
  '@all',
  'a`@ada`',
  '``@ada``',
  '`@ada',
  '@ada`',
  '\\',
  '\\`@ada\\`',
  'a|b',
  'a\\|@ada',
  '| @ada |',
  '[x](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '<script>alert(1)</script>',
  '<!-- @ada -->',
  '&#64;ada',
  '&commat;ada',
  'https://evil.example',
  'www.evil.example',
  'ada@example.com',
  '#12 !34 ~bug %"v1" $5 &6 ^alert',
  'GL-123',
  ':smile:',
  '**bold** _it_ ~~del~~',
  'a\n/close',
  'a\r\n\r\n# Title\n\n- @ada',
  '\n| --- |\n',
  '/close',
  ']]>',
  '"><failure/>',
  "'",
  'NUL\u0000',
  'ESC\u001b[31m',
  'form\u000cfeed',
  'next\u0085line',
  'bidi\u202eevil',
  'line\u2028separator',
  'lone \ud800 surrogate',
  'lone \udc00 surrogate',
  'noncharacter \uffff \ufffe \u{1ffff}',
  'emoji 👩‍💻',
  ' spaces ',
  '   ',
  '',
  'x'.repeat(5000),
  `${'x'.repeat(999)}👩👩`,
]

/** Any code units, and pieces of {@link hostileTexts} side by side. */
export const outsideText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...hostileTexts.slice(0, -2)),
        fc.constantFrom('`', '\\', '|', '@ada', '\n', ' '),
      ),
      {
        maxLength: 4,
      },
    )
    .map((parts) => parts.join('')),
)
