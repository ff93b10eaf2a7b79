import type { ViewProps } from '../frame/view-props.ts'

export function UsageView({ store }: ViewProps) {
  return <p class="text-weak">{store.status === null ? '\u00a0' : ''}</p>
}
