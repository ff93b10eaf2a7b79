import { GraphQLError, type GraphQLScalarType, valueFromASTUntyped } from 'graphql'

/** The models that each scalar takes. Errors name the first one. */
const models = {
  UserID: ['User'],
  NamespaceID: ['Namespace', 'Group'],
  GitlabSubscriptionsAddOnPurchaseID: ['GitlabSubscriptions::AddOnPurchase'],
} as const

type IdScalar = keyof typeof models

export const idScalars = Object.keys(models) as IdScalar[]

export function formatGlobalId(model: string, id: number): string {
  return `gid://gitlab/${model}/${id}`
}

/** The number in a global id of any model, or a plain number; null for another text. */
export function readIdNumber(text: string): number | null {
  const [, digits] = /^(?:gid:\/\/gitlab\/[A-Za-z:]+\/)?(\d{1,15})$/.exec(text) ?? []
  return digits === undefined ? null : Number(digits)
}

/** Makes a scalar read the numbers of its global ids, and refuse other values in GitLab's words. */
export function readGlobalIdsIn(scalar: GraphQLScalarType, name: IdScalar): void {
  const parse = (value: unknown) => parseGlobalId(value, name)
  scalar.parseValue = parse
  scalar.parseLiteral = (node, variables) => parse(valueFromASTUntyped(node, variables))
}

function parseGlobalId(value: unknown, name: IdScalar): number {
  const [, model, digits] = /^gid:\/\/gitlab\/([A-Za-z:]+)\/(\d{1,15})$/.exec(String(value)) ?? []
  if (model === undefined) throw new GraphQLError(`${JSON.stringify(value)} is not a valid Global ID`)
  if (!models[name].some((known) => known === model))
    throw new GraphQLError(`${JSON.stringify(value)} does not represent an instance of ${models[name][0]}`)
  return Number(digits)
}
