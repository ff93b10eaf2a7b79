import { GraphQLError } from 'graphql'

interface Translation {
  pattern: RegExp
  translate: (...found: string[]) => { message: string; extensions: Record<string, string> }
}

/** Scripts look for these two errors to recognize an older GitLab. */
const translations: readonly Translation[] = [
  {
    pattern: /^Cannot query field "(\w+)" on type "(\w+)"/,
    translate: (fieldName = '', typeName = '') => ({
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: 'undefinedField', typeName, fieldName },
    }),
  },
  {
    pattern: /^Unknown argument "(\w+)" on field "\w+\.(\w+)"/,
    translate: (argumentName = '', name = '') => ({
      message: `Field '${name}' doesn't accept argument '${argumentName}'`,
      extensions: { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName },
    }),
  },
]

/** Puts a validation error into the words of GitLab's GraphQL library; returns errors without a translation unchanged. */
export function translateValidationError(error: GraphQLError): GraphQLError {
  for (const { pattern, translate } of translations) {
    const found = pattern.exec(error.message)
    if (found === null) continue
    const { message, extensions } = translate(...found.slice(1))
    return new GraphQLError(message, { nodes: error.nodes ?? null, extensions })
  }
  return error
}
