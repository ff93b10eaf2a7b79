import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** GitLab's limit for a signed-in user. */
export const complexityLimit = 250

/** Shared by all fields of one request. */
export interface QueryContext {
  /** The result of {@link scoreQuery}. */
  score: number
}

/**
 * The complexity of an operation: one for each field, and for each field of a fragment wherever the fragment is used. Fields of
 * introspection are free. GitLab weighs some fields and multiplies by the page size, so its score is never lower.
 */
export function scoreQuery(document: DocumentNode, operationName: string | null): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const operation = getOperationAST(document, operationName)
  return operation ? new FieldCount(fragments).count(operation.selectionSet) : 0
}

/** Counts each fragment once: nested fragments would otherwise take exponential time. */
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
