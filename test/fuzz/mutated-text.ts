import fc from 'fast-check'

/** A change of a text: characters are left out, and others come in their place. */
interface TextChange {
  at: number
  leftOut: number
  put: string
}

const pieces = fc.constantFrom(
  ...[
    '"',
    '""',
    "'",
    ',',
    ';',
    '\t',
    '|',
    '\n',
    '\r',
    '\r\n',
    '#',
    '=',
    '=1+1',
    '@',
    '{',
    '}',
    '[',
    ']',
    ':',
  ],
  ...[
    '\0',
    '\u001b[2J',
    '\u202e',
    '\ufeff',
    '\u00a0',
    'é',
    '\u{1f98a}',
    '\ud800',
    '\\',
    '\\u0000',
    '\\ud800',
  ],
  ...['null', 'true', '-1', '0', '1e308', '4294967296', '99999999999999999999', '__proto__', 'username', ' '],
)

const changes: fc.Arbitrary<TextChange> = fc.record({
  at: fc.nat(10_000),
  leftOut: fc.oneof({ weight: 4, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(10_000) }),
  put: pieces,
})

export const textChanges = fc.array(changes, { minLength: 0, maxLength: 4 })

export function changeText(text: string, list: readonly TextChange[]): string {
  let changed = text
  for (const { at, leftOut, put } of list) {
    const start = at % (changed.length + 1)
    changed = changed.slice(0, start) + put + changed.slice(start + leftOut)
  }
  return changed
}
