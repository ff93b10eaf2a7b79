/** A character that GitLab's usernames never contain. */
interface OddCharacter {
  /** Such as `U+0430`. */
  codePoint: string
  /** Empty for an invisible character. */
  character: string
  /** The ASCII letter that it looks like; null without one. */
  looksLike: string | null
}

const invisible = /[\p{Cc}\p{Cf}]/u

/** Cyrillic and Greek letters that look like Latin ones; from Unicode's confusables.txt, without case. */
const lookAlikes: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ѕ: 's',
  і: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  т: 't',
  у: 'y',
  х: 'x',
  ѵ: 'v',
  ԛ: 'q',
  ԝ: 'w',
  һ: 'h',
  ɡ: 'g',
  ı: 'i',
  α: 'a',
  ε: 'e',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ß: 'ss',
}

/** The first odd character; null if all are ASCII. */
function findOddCharacter(name: string): OddCharacter | null {
  for (const character of name.normalize('NFC')) {
    const code = character.codePointAt(0) ?? 0
    if (code > 0x1f && code < 0x7f) continue
    const codePoint = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    if (invisible.test(character)) return { codePoint, character: '', looksLike: null }
    const plain = toPlainLetters(character)
    return { codePoint, character, looksLike: plain === character ? null : plain }
  }
  return null
}

/** Null if the name is plain ASCII. */
export function describeOddCharacter(name: string): string | null {
  const odd = findOddCharacter(name)
  if (odd === null) return null
  const { codePoint, character, looksLike } = odd
  if (character === '') return `The name contains an invisible character (${codePoint}). Type it again.`
  const likeness = looksLike === null ? 'which no username of GitLab contains' : `not "${looksLike}"`
  return `The name contains "${character}" (${codePoint}), ${likeness}. Type it again.`
}

/** The name in the ASCII letters that it looks like: without accents and invisible characters. */
export function toPlainLetters(name: string): string {
  return [...name.normalize('NFKD').toLowerCase()]
    .map((letter) => lookAlikes[letter] ?? letter)
    .filter((letter) => !invisible.test(letter) && !/\p{M}/u.test(letter))
    .join('')
}
