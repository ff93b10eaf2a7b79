import { isAbsolute, join } from 'node:path'

export interface Environment {
  DUO_SEATS_STORE?: string | undefined
  XDG_DATA_HOME?: string | undefined
  HOME?: string | undefined
  DUO_BULK_USER_FILE_PATH?: string | undefined
  DUO_PRO_BULK_USER_FILE_PATH?: string | undefined
  GITLAB_TOKEN?: string | undefined
  DUO_SEATS_TOKEN_COMMAND?: string | undefined
  /** Ends with the name of a host. */
  [hostToken: `GITLAB_TOKEN_${string}`]: string | undefined
  HTTPS_PROXY?: string | undefined
  https_proxy?: string | undefined
  ALL_PROXY?: string | undefined
  all_proxy?: string | undefined
  NODE_EXTRA_CA_CERTS?: string | undefined
  NO_PROXY?: string | undefined
  no_proxy?: string | undefined
  CI_JOB_URL?: string | undefined
  GITLAB_USER_LOGIN?: string | undefined
  CI_PROJECT_DIR?: string | undefined
  CI?: string | undefined
  DISPLAY?: string | undefined
  WAYLAND_DISPLAY?: string | undefined
  WSL_DISTRO_NAME?: string | undefined
  NO_COLOR?: string | undefined
  FORCE_COLOR?: string | undefined
  TERM?: string | undefined
  PAGER?: string | undefined
  DUO_SEATS_PAGER?: string | undefined
}

/** The option, else `DUO_SEATS_STORE`, else a place below the XDG data directory. */
export function findStorePath(option: string | undefined, env: Environment): string {
  const named = option || env.DUO_SEATS_STORE
  return named ? expandHome(named, env) : join(findDataDirectory(env), 'duo-seats', 'store.db')
}

/** A relative XDG directory is invalid and ignored (XDG specification). */
function findDataDirectory(env: Environment): string {
  const directory = expandHome(env.XDG_DATA_HOME ?? '', env)
  return isAbsolute(directory) ? directory : join(findHome(env), '.local', 'share')
}

/** A shell expands `~/` only at the start of a word, so `--store=~/acme.db` arrives as it is. */
export function expandHome(path: string, env: Environment): string {
  return path.startsWith('~/') ? join(findHome(env), path.slice(2)) : path
}

/** In a container the user id may have no home: then it is `/`, as Docker sets it. */
function findHome({ HOME }: Environment): string {
  if (HOME !== undefined && isAbsolute(HOME)) return HOME
  try {
    // Loaded here: most environments have the variable, and the module takes a millisecond.
    return process.getBuiltinModule('node:os').userInfo().homedir || '/'
  } catch {
    return '/'
  }
}

/** The variables of GitLab's Rake tasks, the newer one first. */
export function findListPath(env: Environment): string | null {
  const path = env.DUO_BULK_USER_FILE_PATH || env.DUO_PRO_BULK_USER_FILE_PATH
  return path ? expandHome(path, env) : null
}
