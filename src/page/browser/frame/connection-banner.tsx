import type { Connection } from './watch-changes.ts'

interface ConnectionBannerProps {
  connection: Connection
}

/** Always there, since assistive technology announces changes of a known region only. */
export function ConnectionBanner({ connection }: ConnectionBannerProps) {
  return (
    <div role="alert" class={connection === 'open' ? 'visually-hidden' : 'banner'}>
      {connection === 'lost' &&
        'The server of this page does not answer. The page goes on as soon as it does. To start it: duo-seats page'}
      {connection === 'refused' &&
        'The server does not accept the secret of this address. Open the address that "duo-seats page" prints.'}
    </div>
  )
}
