import type { RunReport } from '../../domain/run.ts'
import type { ListReport } from '../../domain/seat-list.ts'
import { describeLocalAge } from '../local-time.ts'

const recordedOnly = 'Recorded in the store only: GitLab itself was not changed.'

/** Null for a run without results, a refused one, and a past one of a linked store. */
export function describeSource({ run, summary }: Pick<RunReport, 'run' | 'summary'>): string | null {
  const { linked, dryRun, isGitLabAsked, syncedAt, startedAt } = run
  if (summary.rows === 0 || summary.refusal !== null) return null
  if (!linked) return dryRun ? 'The store is not linked: GitLab itself would not be changed.' : recordedOnly
  if (syncedAt === null) return null
  const age = describeLocalAge(syncedAt, startedAt)
  return isGitLabAsked
    ? `GitLab was asked during the run. The last sync was ${age}.`
    : `GitLab was not asked: as of the sync ${age}.`
}

/** Continues the number of users. */
export function describeListSource({ syncedAt, now }: ListReport): string {
  return syncedAt === null
    ? ', as recorded in the store. It is not linked: commands do not change GitLab itself.'
    : `, as of the sync ${describeLocalAge(syncedAt, now)}.`
}
