const signalNames = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * The first signal asks the work to stop; the second one ends the process as signals do. SIGHUP never does: for one closed
 * terminal, the system and the shell each send it.
 */
export function listenForSignals(): AbortSignal {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals) => {
    // The listener stays until then: a library with one of its own ends the process if it is the only listener left.
    if (!controller.signal.aborted) return controller.abort()
    if (name === 'SIGHUP') return
    for (const signalName of signalNames) process.off(signalName, stop)
    process.kill(process.pid, name)
  }
  for (const name of signalNames) process.on(name, stop)
  return controller.signal
}
