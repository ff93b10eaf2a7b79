import type { ChosenProxy } from './proxy.ts'

/** What is taken of an HTTP answer, whoever fetched it. */
export interface HttpResponse {
  status: number
  headers: { get(name: string): string | null }
  text(): Promise<string>
}

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST'
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal
}

/** Sends one request and follows no redirect. */
export type HttpClient = (url: string, request: HttpRequest) => Promise<HttpResponse>

/**
 * Node's own fetch, which ignores proxies and costs nothing to load; or undici's, on which a proxy depends.
 *
 * @param proxy the one on the way; null: none
 */
export async function openHttpClient(proxy: ChosenProxy | null): Promise<HttpClient> {
  if (proxy === null) return (url, request) => fetch(url, { ...request, redirect: 'manual' })
  // The names of a CommonJS package survive bundling in its default export only.
  const { default: undici } = await import('undici')
  // The way to http:// addresses is a tunnel, too, so that the proxy sees no token.
  const dispatcher = new undici.ProxyAgent({
    uri: proxy.url,
    ...(proxy.authorization !== null && { token: proxy.authorization }),
  })
  return (url, request) => undici.fetch(url, { ...request, redirect: 'manual', dispatcher })
}
