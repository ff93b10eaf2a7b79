import fc from 'fast-check'

/** A change of a value in a document. */
interface ValueChange {
  /** Counts the values of the document. */
  at: number
  /** Undefined removes the key. */
  value: unknown
}

const values = fc.constantFrom<unknown>(
  ...[
    undefined,
    null,
    true,
    false,
    0,
    -1,
    1.5,
    4_294_967_296,
    1e308,
    2 ** 53,
    '',
    'x',
    ' ',
    [],
    {},
    [null],
    [[]],
  ],
  ...[
    'gid://gitlab/User/2',
    'gid://gitlab/User/99999999999999999999',
    '\u001b[2J',
    '\u202e',
    '2026-02-30',
    '=1+1',
  ],
  ...[
    'Internal server error',
    'NO_SEATS_AVAILABLE',
    'x'.repeat(5000),
    { message: null },
    [{ message: 'Timeout' }],
  ],
  { __typename: 'User', id: 'gid://gitlab/User/1' },
)

export const valueChanges = fc.array(fc.record({ at: fc.nat(500), value: values }), {
  minLength: 1,
  maxLength: 3,
})

export function changeValues(document: unknown, list: readonly ValueChange[]): unknown {
  return list.reduce((changed, { at, value }) => {
    const root = { document: structuredClone(changed) }
    const places = listPlaces(root)
    const place = places[at % places.length]
    if (place === undefined) return changed
    const [holder, key] = place
    if (value === undefined && !Array.isArray(holder)) delete holder[key]
    else holder[key] = value ?? null
    return root.document
  }, document)
}

type Place = [holder: Record<string, unknown>, key: string]

function listPlaces(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key): Place[] => [[holder, key], ...listPlaces(holder[key])])
}
