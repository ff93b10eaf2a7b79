import { type AddOn, addOnNames } from '../../../domain/add-on.ts'
import { pick } from '../view-address.ts'
import type { ListCommand, ListOrder } from './list-documents.ts'

export const listCommands = {
  'bulk-assign': { title: 'Give to these', hint: 'Each user in the list gets a seat.' },
  'bulk-unassign': { title: 'Take from these', hint: 'Each user in the list loses the seat.' },
  apply: {
    title: 'Make equal to this',
    hint: 'Users in the list get a seat, and all others lose theirs.',
  },
} as const satisfies Record<ListCommand, { title: string; hint: string }>

export const listCommandNames = Object.keys(listCommands) as ListCommand[]

const usualCommand: ListCommand = 'bulk-assign'

/** @param query of the address; unknown values count as absent */
export function parseListQuery(query: string): ListOrder {
  const values = new URLSearchParams(query)
  return {
    command: pick(listCommandNames, values.get('do')) ?? usualCommand,
    add_on: pick<AddOn>(addOnNames, values.get('add_on')) ?? null,
    on_shortage: pick(['fill', 'fail'], values.get('on_shortage')) ?? 'fill',
  }
}

export function formatListQuery({ command, add_on, on_shortage }: ListOrder): string {
  return new URLSearchParams([
    ...(command === usualCommand ? [] : [['do', command]]),
    ...(add_on === null ? [] : [['add_on', add_on]]),
    ...(on_shortage === 'fill' ? [] : [['on_shortage', on_shortage]]),
  ]).toString()
}
