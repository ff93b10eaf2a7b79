/** A global id of GitLab's API: `gid://gitlab/User/7`. */
export function formatGlobalId(model: string, id: number): string {
  return `gid://gitlab/${model}/${id}`
}
