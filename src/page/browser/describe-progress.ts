import type { PageProgress } from '../documents.ts'

/** `Pushing (confirmed by GitLab), 40 %`. */
export function describeProgress({ message, done }: PageProgress): string {
  return done === null ? message : `${message}, ${Math.floor(100 * done)} %`
}
