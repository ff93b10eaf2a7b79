import type { ViewProps } from '../frame/view-props.ts'

export function ListView({ store }: ViewProps) {
  return <p class="text-weak">{store.status === null ? '\u00a0' : ''}</p>
}
