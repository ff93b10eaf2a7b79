import { UserError } from '../errors.ts'
import { DeniedError, neededScope } from './http/gitlab-error.ts'
import { isJsonObject, isText } from './http/json-object.ts'

/** @throws UserError for the Community Edition; DeniedError without the `metadata` of the document `Connect` */
export function requireVersion(metadata: unknown): string {
  if (!isJsonObject(metadata) || !isText(metadata['version'])) {
    throw new DeniedError(
      'GitLab hides everything from this token, even its version.',
      `The token needs ${neededScope}.`,
    )
  }
  if (metadata['enterprise'] !== false) return metadata['version']
  throw new UserError(
    'usage',
    'This GitLab is the Community Edition, which has no add-ons.',
    'GitLab Duo seats need the Enterprise Edition with Premium or Ultimate.',
  )
}
