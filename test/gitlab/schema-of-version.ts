import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ASTNode,
  buildASTSchema,
  type DirectiveNode,
  type GraphQLSchema,
  Kind,
  parse,
  visit,
} from 'graphql'
import { fixtures } from '../support/workdir.ts'

const sdl = readFileSync(join(fixtures, 'gitlab/schema.graphql'), 'utf8')

/**
 * The schema of a GitLab version, by the marks in the SDL.
 *
 * @param version `17.3`
 */
export function readSchemaOfVersion(
  version: string,
  offering: 'self-managed' | 'gitlab.com' = 'self-managed',
): GraphQLSchema {
  const has = ({ name, arguments: list = [] }: DirectiveNode) => {
    const marks = new Map(
      list.map(({ name, value }) => [name.value, value.kind === Kind.STRING ? value.value : '']),
    )
    const mark = (offering === 'self-managed' && marks.get('selfManaged')) || marks.get('version') || '0.0'
    return (name.value === 'since') === toNumber(version) >= toNumber(mark)
  }
  const ofVersion = visit(parse(sdl), {
    enter(node: ASTNode) {
      if (node.kind === Kind.DIRECTIVE || node.kind === Kind.DIRECTIVE_DEFINITION) return null
      return 'directives' in node && node.directives?.some((directive) => !has(directive)) ? null : undefined
    },
  })
  return buildASTSchema(ofVersion)
}

function toNumber(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major * 1000 + minor
}
