import { toPlainLetters } from './odd-character.ts'

/** The number of edits grows with the length. Longer usernames are rare, and GitLab's end at 255. */
const longestName = 64

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789_.-'

/**
 * The usernames that are one edit away: one letter more, less or other, or two neighbours swapped. Names that look alike come
 * first. About 80 for each letter of the name.
 *
 * @param name folded
 */
export function listOneEdits(name: string): string[] {
  if (name.length > longestName) return []
  const edits = new Set([toPlainLetters(name)])
  for (let at = 0; at <= name.length; at += 1) {
    const [before, after] = [name.slice(0, at), name.slice(at)]
    edits.add(before + after.slice(1))
    edits.add(before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2))
    for (const letter of letters) {
      edits.add(before + letter + after.slice(1))
      edits.add(before + letter + after)
    }
  }
  edits.delete('')
  // Another number is another name, not a slip: "user7" and "user8" are different users.
  const word = dropDigits(name)
  return [...edits].filter((edit) => dropDigits(edit) !== word)
}

function dropDigits(name: string): string {
  return name.replaceAll(/\d/g, '')
}
