/** Runners set `CI` to `true`; `false` switches it off. */
export function isCiJob({ CI }: { CI?: string | undefined }): boolean {
  return CI !== undefined && CI !== '' && CI !== 'false'
}
