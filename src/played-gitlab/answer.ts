export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

export function answerJson(status: number, value: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  }
}

/** A request that failed as a whole, in the form of a GraphQL answer. */
export function answerError(status: number, message: string): Answer {
  return answerJson(status, { errors: [{ message }] })
}

const titles: Record<number, string> = {
  404: 'The page could not be found',
  502: 'GitLab is not responding',
  503: 'GitLab is not available right now',
  504: 'Gateway Time-out',
}

/** A web page, as GitLab or a proxy in front of it sends outside the API. */
export function answerPage(status: number): Answer {
  const title = `${titles[status] ?? 'Error'} (${status})`
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  }
}

export function answerTooManyRequests(hasRetryAfter: boolean): Answer {
  return {
    status: 429,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...(hasRetryAfter ? { 'retry-after': '1' } : {}),
    },
    body: 'Retry later\n',
  }
}
