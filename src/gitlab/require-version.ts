import { UserError } from '../errors.ts'
import { DeniedError } from './gitlab-error.ts'
import { isJsonObject, isText } from './json-object.ts'

/**
 * The version of a GitLab that can have add-ons.
 *
 * @param metadata of the document `Connect`
 * @throws UserError where it is a GitLab without add-ons; DeniedError where it tells nothing
 */
export function requireVersion(metadata: unknown): string {
  if (!isJsonObject(metadata) || !isText(metadata['version'])) {
    throw new DeniedError(
      'denied',
      'GitLab tells this token nothing, not even its version.',
      'The token needs the scope api (read_api is enough for sync).',
    )
  }
  if (metadata['enterprise'] !== false) return metadata['version']
  throw new UserError(
    'usage',
    'This GitLab is the Community Edition, which has no add-ons.',
    'GitLab Duo seats need the Enterprise Edition with Premium or Ultimate.',
  )
}
