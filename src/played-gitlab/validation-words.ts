import { GraphQLError } from 'graphql'

interface Wording {
  pattern: RegExp
  say: (...found: string[]) => { message: string; extensions: Record<string, string> }
}

/** What scripts may look for when they meet an older GitLab, in the words of GitLab's GraphQL library. */
const wordings: readonly Wording[] = [
  {
    pattern: /^Cannot query field "(\w+)" on type "(\w+)"/,
    say: (fieldName = '', typeName = '') => ({
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: 'undefinedField', typeName, fieldName },
    }),
  },
  {
    pattern: /^Unknown argument "(\w+)" on field "\w+\.(\w+)"/,
    say: (argumentName = '', name = '') => ({
      message: `Field '${name}' doesn't accept argument '${argumentName}'`,
      extensions: { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName },
    }),
  },
]

/** A failure of validation as GitLab would say it; others stay as they are. */
export function sayAsGitLab(error: GraphQLError): GraphQLError {
  for (const { pattern, say } of wordings) {
    const found = pattern.exec(error.message)
    if (found === null) continue
    const { message, extensions } = say(...found.slice(1))
    return new GraphQLError(message, { nodes: error.nodes ?? [], extensions })
  }
  return error
}
