import { graphqlSync } from 'graphql'
import { connect } from '../../src/gitlab/documents.ts'
import { GitLab, type GitLabOptions } from '../../src/gitlab/gitlab.ts'
import { type HttpPeer, type PeerAnswer, type PeerRequest, startHttpPeer } from '../support/http-peer.ts'
import { readSchemaOfVersion } from './schema-of-version.ts'

/** Long and unusual, so that a search finds it wherever it leaks. */
export const token = 'glpat-S3cret.to+ken_0123456789'

export interface Said {
  debug: string[]
  retries: string[]
  warnings: string[]
}

/** Options with a short back-off, and the lists of what the client reports. */
export function makeOptions(
  url: string,
  facts: Partial<GitLabOptions> = {},
): { options: GitLabOptions; said: Said } {
  const said: Said = { debug: [], retries: [], warnings: [] }
  const options = {
    url,
    group: null,
    token,
    signal: new AbortController().signal,
    deadlineAt: performance.now() + 600_000,
    env: {},
    onDebug: (line: string) => said.debug.push(line),
    onRetry: (text: string) => said.retries.push(text),
    onWarning: (text: string) => said.warnings.push(text),
    ...facts,
    retryPolicy: { baseDelayMs: 1, mostDelayMs: 50, ...facts.retryPolicy },
  }
  return { options, said }
}

const root = { id: 'gid://gitlab/User/1', username: 'root' }

/** The answer of a GitLab version to the query Connect. */
export function answerConnect(
  version: string,
  group: string | null = null,
  currentUser: object | null = root,
): object {
  const rootValue = {
    currentUser,
    metadata: { version: `${version}.0-ee`, enterprise: true, revision: 'peer' },
    queryComplexity: { score: 21, limit: 250 },
  }
  const schema = readSchemaOfVersion(version, group === null ? 'self-managed' : 'gitlab.com')
  return graphqlSync({ schema, source: connect, rootValue })
}

/** Answers every request except Connect. */
export type Answering = (request: PeerRequest, index: number) => PeerAnswer | Promise<PeerAnswer>

export interface PeerGitLab extends Said {
  gitlab: GitLab
  peer: HttpPeer
}

const probed = { users: { pageInfo: { hasNextPage: false } } }

/** To the probe of an administrator or an Owner. */
const rightfulAnswer = { body: { data: { ...probed, namespace: probed } } }

/** Connects a client to a peer that shows it every seat. */
export async function connectPeer(
  answering: Answering,
  facts: Partial<GitLabOptions> & { version?: string; currentUser?: object | null } = {},
): Promise<PeerGitLab> {
  const { version = '18.6', currentUser, ...own } = facts
  let asked = 0
  const peer = await startHttpPeer((request) => {
    if (request.operation === 'Connect')
      return { body: answerConnect(version, own.group ?? null, currentUser) }
    return request.operation.startsWith('Probe') ? rightfulAnswer : answering(request, asked++)
  })
  const { options, said } = makeOptions(peer.url, own)
  const gitlab = await GitLab.connect(options)
  peer.seen.length = 0
  return { gitlab, peer, ...said }
}

/** GitLab's text for forbidden, unknown or expired. */
export const notAvailable =
  "The resource that you are attempting to access does not exist or you don't have permission to perform this action"

/** A GraphQL answer with an error. */
export function answerError(message: string, data: object | null = null): PeerAnswer {
  return { body: { data, errors: [{ message, path: ['x'] }] } }
}

/** The visible parts of the error that a promise is rejected with. */
export async function catchFailure(
  work: Promise<unknown>,
): Promise<{ kind: string; exit: string; message: string }> {
  try {
    await work
  } catch (error) {
    const failure = error as Error & { exit: string }
    return { kind: failure.constructor.name, exit: failure.exit, message: failure.message }
  }
  throw new Error('Nothing was thrown.')
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}
