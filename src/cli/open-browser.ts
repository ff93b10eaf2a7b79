import type { Environment } from '../config.ts'
import { isCiJob } from '../domain/is-ci-job.ts'

export function canShowBrowser(env: Environment, platform: NodeJS.Platform): boolean {
  if (isCiJob(env)) return false
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME)
  return platform === 'darwin' || platform === 'win32' || hasDisplay
}

/** @returns false if the system has no browser, or cannot start it */
export async function openBrowser(address: string): Promise<boolean> {
  const { default: open } = await import('open')
  try {
    const child = await open(address)
    child.on('error', () => {})
    return true
  } catch {
    return false
  }
}
