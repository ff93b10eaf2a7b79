import type { RequestFailure } from '../request-failure.ts'
import { isAnswering } from './use-store.ts'
import type { Connection } from './watch-changes.ts'

interface ConnectionBannerProps {
  connection: Connection
  /** The store cannot be read any more; null while it can. */
  problem: RequestFailure | null
  /** Null before the first answer. */
  startCommand: string | null
}

/** Always there, since assistive technology announces changes of a known region only. */
export function ConnectionBanner({ connection, problem, startCommand }: ConnectionBannerProps) {
  return (
    <div role="alert" class={isAnswering(connection) && problem === null ? 'visually-hidden' : 'banner'}>
      {isAnswering(connection) && problem !== null && [problem.message, problem.hint ?? []].flat().join(' ')}
      {connection === 'lost' && (
        <>
          The server of this page does not answer. The page goes on as soon as it does. To start it:{' '}
          <code>{startCommand ?? 'duo-seats page'}</code>
        </>
      )}
      {connection === 'refused' &&
        'The server does not accept the secret of this address. Open the address that "duo-seats page" prints.'}
    </div>
  )
}
