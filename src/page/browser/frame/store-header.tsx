import { useEffect } from 'preact/hooks'
import { describeElapsed } from '../../../domain/as-of.ts'
import { describeProgress } from '../describe-progress.ts'
import type { StatusDocument } from '../documents.ts'
import { useRender } from '../use-render.ts'
import type { StoreState } from './use-store.ts'

interface StoreHeaderProps {
  store: StoreState
  onSync(): void
}

export function StoreHeader({ store: { status, progress, isReady, canSync }, onSync }: StoreHeaderProps) {
  return (
    <header class="store">
      <h1>GitLab Duo seats</h1>
      <p class="store-source">{status === null ? '\u00a0' : nameGitLab(status)}</p>
      <div class="store-sync">
        <p class="store-age">
          {progress !== null ? describeProgress(progress) : status === null ? '\u00a0' : <Age {...status} />}
        </p>
        {canSync && (
          <button
            type="button"
            class="button"
            aria-disabled={progress !== null || !isReady}
            onClick={() => progress === null && isReady && onSync()}
          >
            Sync
          </button>
        )}
      </div>
      <progress
        class={`store-progress${progress === null ? ' store-progress-idle' : ''}`}
        aria-label="Progress"
        aria-hidden={progress === null}
        max={1}
        {...(progress === null || progress.done === null ? {} : { value: progress.done })}
      />
    </header>
  )
}

function nameGitLab({ gitlab: { url, group }, linked, read_only }: StatusDocument): string {
  const place = [url ?? 'GitLab', group ?? []].flat().join(', group ')
  const mode = linked ? '' : ' · recorded in this store only, GitLab itself is not changed'
  return `${place}${mode}${read_only ? ' · read only' : ''}`
}

const minuteMs = 60_000

/** Follows the clock. */
function Age({ synced_at, linked }: StatusDocument) {
  const render = useRender()
  useEffect(() => {
    const timer = setInterval(render, minuteMs)
    return () => clearInterval(timer)
  }, [])
  return `${linked ? 'Synced' : 'As of'} ${describeElapsed(synced_at, new Date().toISOString())}`
}
