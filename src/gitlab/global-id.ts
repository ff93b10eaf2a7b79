/** GitLab's models behind the global ids of the seat API. */
type Model = 'User' | 'GitlabSubscriptions::AddOnPurchase'

/** @returns null for anything but a global id of the model */
export function parseGlobalId(model: Model, value: unknown): number | null {
  const prefix = `gid://gitlab/${model}/`
  if (typeof value !== 'string' || !value.startsWith(prefix)) return null
  const digits = value.slice(prefix.length)
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null
}
