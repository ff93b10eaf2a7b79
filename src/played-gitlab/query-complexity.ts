import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** GitLab's, for somebody who is signed in. */
export const complexityLimit = 250

/** GitLab's most characters of a query; variables do not count. */
export const mostQueryCharacters = 10_000

/** What the fields of one request share. */
export interface QueryContext {
  /** Of {@link scoreQuery}. */
  score?: number
}

/**
 * The score of the operation: one for each field, wherever it is written; a fragment counts where it is used. GitLab's own score
 * also weighs some fields and multiplies by the size of a page, so that this one is never higher. Fields of introspection are
 * free: the query that GraphiQL starts with has hundreds.
 */
export function scoreQuery(document: DocumentNode, operationName: string | null): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const operation = getOperationAST(document, operationName)
  return operation ? new FieldCount(fragments).count(operation.selectionSet) : 0
}

/** Fragments are counted once and remembered: nested ones could else make the counting itself endless. */
class FieldCount {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #known = new Map<string, number>()

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments
  }

  count({ selections }: SelectionSetNode): number {
    let score = 0
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) score += this.#countFragment(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) score += this.count(selection.selectionSet)
      else if (!selection.name.value.startsWith('__'))
        score += 1 + (selection.selectionSet === undefined ? 0 : this.count(selection.selectionSet))
    }
    return score
  }

  #countFragment(name: string): number {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    const score = fragment === undefined ? 0 : this.count(fragment.selectionSet)
    this.#known.set(name, score)
    return score
  }
}
