/** The address of a played GitLab. */
export interface GitLabAddress {
  readonly url: string
  readonly token: string
}

export interface GraphqlAnswer {
  data?: Record<string, unknown> | null
  errors?: { message: string }[]
}

export function postToGitLab(
  { url, token }: GitLabAddress,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** Sends a query with a valid token. */
export async function askGitLab(
  address: GitLabAddress,
  query: string,
  variables: object = {},
): Promise<GraphqlAnswer> {
  const response = await postToGitLab(address, { query, variables })
  return (await response.json()) as GraphqlAnswer
}
