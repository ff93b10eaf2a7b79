import { quoteForShell } from '../../../domain/quote-for-shell.ts'
import type { RequestFailure } from '../request-failure.ts'
import type { Connection } from './watch-changes.ts'

interface ConnectionBannerProps {
  connection: Connection
  /** The store cannot be read any more; null while it can. */
  problem: RequestFailure | null
  /** Path; null before the first answer. */
  store: string | null
}

/** Always there, since assistive technology announces changes of a known region only. */
export function ConnectionBanner({ connection, problem, store }: ConnectionBannerProps) {
  return (
    <div role="alert" class={connection === 'open' && problem === null ? 'visually-hidden' : 'banner'}>
      {connection === 'open' && problem !== null && [problem.message, problem.hint ?? []].flat().join(' ')}
      {connection === 'lost' &&
        `The server of this page does not answer. The page goes on as soon as it does. To start it: ${nameStart(store)}`}
      {connection === 'refused' &&
        'The server does not accept the secret of this address. Open the address that "duo-seats page" prints.'}
    </div>
  )
}

function nameStart(store: string | null): string {
  return store === null ? 'duo-seats page' : `duo-seats page --store ${quoteForShell(store)}`
}
