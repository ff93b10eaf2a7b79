import type { RunActor } from '../domain/run.ts'
import type { PageContext } from './page-context.ts'

/** A session takes its own process id for that of an earlier process; a page may be at work itself. */
export function isAtWork(
  run: Pick<RunActor, 'host' | 'pid'>,
  { session, work }: Pick<PageContext, 'session' | 'work'>,
): boolean {
  const isOwn = run.host === session.actor.host && run.pid === session.actor.pid
  return isOwn ? work.isRunning : session.isAtWork(run)
}
