import { UserError } from '../errors.ts'

/** A JSON object. */
export type Shape = Record<string, unknown>

export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects in a list; what is null there, GitLab does not show. Nothing where there is no list. */
export function listShapes(value: unknown): Shape[] {
  return Array.isArray(value) ? value.filter(isShape) : []
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** An answer that is not as GitLab's schema promises. */
export function refuseShape(what: string): UserError {
  return new UserError(
    'failed',
    `GitLab answered with ${what} that duo-seats cannot read.`,
    'Run it again with --debug, and report it with the version of GitLab.',
  )
}

/** @returns undefined where the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
