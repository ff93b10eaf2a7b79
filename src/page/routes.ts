import type { IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { parseHistoryQuery, parseRunsQuery } from './history-query.ts'
import { listRunBody, parseListReading, rejectsBody, settledBody } from './list-body.ts'
import type { PageContext } from './page-context.ts'
import { formatRejects, formatSettled, performListRun } from './perform-list.ts'
import { performRun, performUndo } from './perform-run.ts'
import { performSync } from './perform-sync.ts'
import { readBody } from './read-body.ts'
import { readCandidates } from './read-candidates.ts'
import { readHistory } from './read-history.ts'
import { addList, readList } from './read-list.ts'
import { readReclaimable } from './read-reclaimable.ts'
import { readRun } from './read-run.ts'
import { readRuns } from './read-runs.ts'
import { readStatus } from './read-status.ts'
import { readUsage } from './read-usage.ts'
import { readUserIds, readUsers } from './read-users.ts'
import { runBody, undoBody } from './run-body.ts'
import { parseReclaimableQuery, parseUsageQuery } from './usage-query.ts'
import { parseUsersQuery } from './users-query.ts'

interface RoutedRequest {
  request: IncomingMessage
  query: URLSearchParams
  /** The number of a run or the id of a list in the path; empty without one. */
  key: string
}

interface Route {
  method: 'GET' | 'POST'
  path: RegExp
  /** Returns a JSON text, or null for the stream of changes. */
  answer: (context: PageContext, routed: RoutedRequest) => Promise<string> | null
}

export const routes: readonly Route[] = [
  { method: 'GET', path: /^\/api\/status$/, answer: readStatus },
  {
    method: 'GET',
    path: /^\/api\/users$/,
    answer: (context, { query }) => readUsers(context, parseUsersQuery(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/user-ids$/,
    answer: (context, { query }) => readUserIds(context, parseUsersQuery(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/usage$/,
    answer: (context, { query }) => readUsage(context, parseUsageQuery(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/reclaimable$/,
    answer: (context, { query }) => readReclaimable(context, parseReclaimableQuery(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/history$/,
    answer: (context, { query }) => readHistory(context, parseHistoryQuery(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/runs$/,
    answer: (context, { query }) => readRuns(context, parseRunsQuery(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/runs\/(\d{1,9})$/,
    answer: (context, { key }) => readRun(context, Number(key)),
  },
  { method: 'GET', path: /^\/api\/changes$/, answer: () => null },
  {
    method: 'POST',
    path: /^\/api\/runs$/,
    answer: async (context, { request }) => performRun(context, await readBody(request, runBody)),
  },
  {
    method: 'POST',
    path: /^\/api\/runs\/(\d{1,9})\/undo$/,
    answer: async (context, { request, key }) =>
      performUndo(context, Number(key), await readBody(request, undoBody)),
  },
  {
    method: 'POST',
    path: /^\/api\/sync$/,
    answer: async (context, { request }) => {
      await readBody(request, v.strictObject({}))
      return performSync(context)
    },
  },
  {
    method: 'POST',
    path: /^\/api\/lists$/,
    answer: (context, { request, query }) => addList(context, request, query, parseListReading(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/lists\/([\w-]{16})$/,
    answer: (context, { key, query }) => readList(context, key, parseListReading(query)),
  },
  {
    method: 'GET',
    path: /^\/api\/lists\/([\w-]{16})\/candidates$/,
    answer: (context, { key, query }) => readCandidates(context, key, query),
  },
  {
    method: 'POST',
    path: /^\/api\/lists\/([\w-]{16})\/runs$/,
    answer: async (context, { request, key }) =>
      performListRun(context, key, await readBody(request, listRunBody)),
  },
  {
    method: 'POST',
    path: /^\/api\/lists\/([\w-]{16})\/settled$/,
    answer: async (context, { request, key }) =>
      formatSettled(context, key, await readBody(request, settledBody)),
  },
  {
    method: 'POST',
    path: /^\/api\/lists\/([\w-]{16})\/rejects$/,
    answer: async (context, { request, key }) =>
      formatRejects(context, key, await readBody(request, rejectsBody)),
  },
]
