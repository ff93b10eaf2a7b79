import { hostname, userInfo } from 'node:os'
import type { Environment } from './config.ts'
import type { RunActor } from './domain/run.ts'

export function describeActor(env: Environment, pid: number): RunActor {
  const { CI_JOB_URL: ciJobUrl, GITLAB_USER_LOGIN: ciUser } = env
  return { actor: findUserName(), host: hostname(), pid, ciJobUrl: ciJobUrl || null, ciUser: ciUser || null }
}

/** In a container the user id may have no name. */
function findUserName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
