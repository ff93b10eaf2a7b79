import {
  type ASTNode,
  buildASTSchema,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  visit,
} from 'graphql'
import sdl from '../../fixtures/gitlab/schema.graphql'
import type { Offering } from '../domain/user.ts'
import { type GitLabVersion, isBefore, parseVersion } from './gitlab-version.ts'

/** The schema without the parts that the version lacks, so that queries for them fail as in GitLab. */
export function buildSchemaOfVersion(version: GitLabVersion, offering: Offering): GraphQLSchema {
  return buildASTSchema(removeLacking(parse(sdl, { noLocation: true }), version, offering))
}

function removeLacking(document: DocumentNode, version: GitLabVersion, offering: Offering): DocumentNode {
  return visit(document, {
    enter(node: ASTNode) {
      if (node.kind === Kind.DIRECTIVE || node.kind === Kind.DIRECTIVE_DEFINITION) return null
      if (!('directives' in node) || node.directives === undefined) return undefined
      return node.directives.every((directive) => isMet(directive, version, offering)) ? undefined : null
    },
  })
}

/** Whether the version has a node with this `@since` or `@until`. */
function isMet(
  { name, arguments: list = [] }: DirectiveNode,
  version: GitLabVersion,
  offering: Offering,
): boolean {
  const texts = new Map(
    list.map(({ name, value }) => [name.value, value.kind === Kind.STRING ? value.value : '']),
  )
  const marked = (offering === 'self-managed' ? texts.get('selfManaged') : undefined) ?? texts.get('version')
  const mark = parseVersion(marked ?? '')
  if (mark === null) return true
  return name.value === 'until' ? isBefore(version, mark) : !isBefore(version, mark)
}
