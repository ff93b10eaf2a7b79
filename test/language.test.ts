import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { manualPaths, readManual, root, withoutCodeBlocks } from './support/manual.ts'

const vaguePersons = /\b(nobody|somebody|anybody|whoever|whom|whomever)\b/gi
/** Programs print, report, return and contain. */
const verbsOfPeople = /\b(knows|say|says|tell|tells|told)\b/gi
/** `tell` and `Told` are names. */
const verbsOfPeopleInSource = /\b(knows|says|tells|told)\b/g
const openings = 'What|Who|Whom|Whoever|Whose|Of|Those|Where'

/** The first word of a text, of a sentence, of a list item, of a heading or of a table cell. */
const openingOfSentence = new RegExp(
  `(?:^|[.!?:]\\s+|\\n\\s*(?:[-#>]+|\\d+\\.)?\\s*|\\|\\s*)[*_]*(${openings})\\b[^|.!?\\n]*`,
  'g',
)

/** The first word of a comment, of a line, of a sentence, or of a text between quotes or tags. */
const openingInSource = new RegExp(
  `(?:\\/\\/|\\/\\*\\*|^\\s*\\*?|['"\`>]|[.!?]\\s)\\s*(${openings}) [a-z][^\\n]*`,
  'gm',
)

/** The name of a test or of a group of tests. */
const testName = /(?:\b(?:test|describe)|\))\(\s*(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1,\s*(?:async\s*)?\(/g
/** A name that continues the name of its group. */
const unfinishedName =
  /^(who|whom|whose|what|where|of|those|that|which|is|are|was|has|have|does|may|can|must|never|accepts|answers|asks|begins|contains|ends|fails|finds|fits|gets|gives|follows?|goes|keeps|learns|means|prints|refuses|rejects|removes|returns|says|shows|stays|succeeds|suggests|takes|waits|writes)\b.*/gi

function listMatches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([match]) => match.trim())
}

function listFiles(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { encoding: 'utf8', recursive: true })
    .filter((file) => pattern.test(file))
    .map((file) => join(folder, file))
}

describe.each([...manualPaths, 'CHANGELOG.md'])('%s', (path) => {
  const prose = withoutCodeBlocks(readManual(path))

  test('a document names a user, a holder or a process, not a vague person', () => {
    expect(listMatches(prose, vaguePersons)).toEqual([])
  })

  test('a document begins no sentence with a relative clause', () => {
    expect(listMatches(prose, openingOfSentence)).toEqual([])
  })

  test('a document has no program that says, tells or knows', () => {
    expect(listMatches(prose, verbsOfPeople)).toEqual([])
  })
})

describe.each(listFiles('src', /\.(tsx?|css|html)$/))('%s', (path) => {
  const text = readFileSync(join(root, path), 'utf8')

  test('a source file names a user, a holder or a process, not a vague person', () => {
    expect(listMatches(text, vaguePersons)).toEqual([])
  })

  test('a source file begins no comment or message with a relative clause', () => {
    expect(listMatches(text, openingInSource)).toEqual([])
  })

  test('a source file has no program that says, tells or knows', () => {
    expect(listMatches(text, verbsOfPeopleInSource)).toEqual([])
  })
})

describe.each(listFiles('test', /\.(test|fuzz)\.ts$/))('%s', (path) => {
  const text = readFileSync(join(root, path), 'utf8')
  const names = [...text.matchAll(testName)].map(([, , name = '']) => name)

  test('a test name has a user, a holder or a process, not a vague person', () => {
    expect(names.flatMap((name) => listMatches(name, vaguePersons))).toEqual([])
  })

  test('a test name is a sentence that stands alone', () => {
    expect(names.flatMap((name) => listMatches(name, unfinishedName))).toEqual([])
  })
})

describe('the rules of language', () => {
  test('the rules of language find a verb of people, but not a property of a fact', () => {
    expect(listMatches('The store knows it, and tells. It is unknown, a known user.', verbsOfPeople)).toEqual(
      ['knows', 'tells'],
    )
  })

  test('the rules of language find a vague person in any letter case', () => {
    expect(listMatches('Nobody may. Tell somebody, but not anybody_else.', vaguePersons)).toEqual([
      'Nobody',
      'somebody',
    ])
  })

  test.each([
    ['What is interrupted fails.', 1],
    ['It ends. Who waits goes on.', 1],
    ['# Title\n\n- Of the two, one.', 1],
    ['| a |\n| Those who wait |', 1],
    ['1. **Where it is.** Here.', 1],
    ['A word what is lower case. The file of it.', 0],
  ])('the rules of language count the openings of %j: %i', (text, count) => {
    expect(listMatches(text, openingOfSentence)).toHaveLength(count)
  })

  test.each([
    ['// What is left goes.', 1],
    ['/** Whether it is. Of two, one. */', 1],
    ["const text = 'Who holds a seat'", 1],
    ['<p>Who holds a seat</p>', 1],
    ['What may be given:', 1],
    ["import { Of } from './Of.ts'", 0],
    ['/** The users of it. */', 0],
  ])('the rules of language count the openings of the source line %j: %i', (text, count) => {
    expect(listMatches(text, openingInSource)).toHaveLength(count)
  })
})
