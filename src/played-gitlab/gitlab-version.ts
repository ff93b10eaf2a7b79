/** `[17, 3]` */
export type GitLabVersion = readonly [major: number, minor: number]

export const newestVersion: GitLabVersion = [18, 6]

/** Parses `17.3`, `17.3.1` or `v17.3.1-ee`. Null for another text. */
export function parseVersion(text: string): GitLabVersion | null {
  const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})(?:\.\d+)?(?:-[a-z0-9.-]+)?$/i.exec(text.trim()) ?? []
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)]
}

export function isBefore(version: GitLabVersion, other: GitLabVersion): boolean {
  return version[0] < other[0] || (version[0] === other[0] && version[1] < other[1])
}

export function formatVersion([major, minor]: GitLabVersion): string {
  return `${major}.${minor}.0-ee`
}
