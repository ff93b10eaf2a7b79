import fc from 'fast-check'

const surrogates = { first: 0xd800, count: 0x800 }

/** Any code point but a surrogate. The unit `binary` of fast-check first lists all of them, for a second. */
export const anyCharacter = fc
  .nat({ max: 0x10ffff - surrogates.count })
  .map((nat) => String.fromCodePoint(nat < surrogates.first ? nat : nat + surrogates.count))
