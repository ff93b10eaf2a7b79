import { useRef } from 'preact/hooks'
import { formatAddress, type PageAddress, type ViewName, viewNames, viewTitles } from '../view-address.ts'

interface ViewLinksProps {
  address: PageAddress
}

/** A view that was left is found again as it was. */
export function ViewLinks({ address }: ViewLinksProps) {
  const queries = useRef<Partial<Record<ViewName, string>>>({})
  queries.current[address.view] = address.query
  return (
    <nav class="views" aria-label="Views">
      {viewNames.map((view) => (
        <a
          key={view}
          href={formatAddress({ ...address, view, query: queries.current[view] ?? '' })}
          aria-current={view === address.view ? 'page' : undefined}
        >
          {viewTitles[view]}
        </a>
      ))}
    </nav>
  )
}
