/**
 * Whether another process of this host has the pid. EPERM: alive, owned by another user.
 * Our own pid belongs to an earlier process: pids are reused.
 */
export function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM'
  }
}
