/** GitLab's prefixes of tokens (docs.gitlab.com, "Token prefixes"), with the letters after them. */
const prefixed = /(?<![a-z\d])gl(pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[\w.-]{12,}/i

/** With the prefix. */
const fewestCharacters = 16

export function containsToken(text: string): boolean {
  return text.length >= fewestCharacters && prefixed.test(text)
}
