/** What goes back over HTTP. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

export function answerJson(status: number, value: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  }
}

const titles: Record<number, string> = {
  404: 'The page could not be found',
  502: 'GitLab is not responding',
  503: 'GitLab is not available right now',
  504: 'Gateway Time-out',
}

/** A page for people, which GitLab and what stands before it show in such cases. */
export function answerPage(status: number): Answer {
  const title = `${titles[status] ?? 'Error'} (${status})`
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  }
}

/** As GitLab's limit for requests of all kinds answers. */
export function answerTooManyRequests(saysWhen: boolean): Answer {
  return {
    status: 429,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...(saysWhen ? { 'retry-after': '1' } : {}) },
    body: 'Retry later\n',
  }
}
