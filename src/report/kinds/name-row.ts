import type { Result } from '../../domain/result.ts'
import { toPlainText } from './to-plain-text.ts'

/** The user in GitLab's spelling, else the name as it was given. */
export function nameRow({ username, input }: Pick<Result, 'username' | 'input'>): string {
  const name = username ?? input
  return name.trim() === '' ? '(empty)' : toPlainText(name)
}
