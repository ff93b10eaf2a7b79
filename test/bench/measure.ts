import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Cost {
  wallSeconds: number
  cpuSeconds: number
  peakMib: number
}

/**
 * Runs a command under GNU time, which reports the peak memory of a child.
 *
 * @throws Error for another exit code than `expectedCode`
 */
export function measure(command: readonly string[], expectedCode = 0, options: SpawnSyncOptions = {}): Cost {
  const scratch = mkdtempSync(join(tmpdir(), 'duo-seats-time-'))
  const report = join(scratch, 'time')
  const startedAt = process.hrtime.bigint()
  const { status, stderr } = spawnSync('/usr/bin/time', ['-q', '-f', '%U %S %M', '-o', report, ...command], {
    stdio: ['pipe', 'ignore', 'pipe'],
    maxBuffer: 1 << 28,
    ...options,
  })
  const wallSeconds = Number(process.hrtime.bigint() - startedAt) / 1e9
  if (status !== expectedCode) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`)
  const [user = 0, system = 0, peakKib = 0] = readFileSync(report, 'utf8').trim().split(' ').map(Number)
  rmSync(scratch, { recursive: true })
  return { wallSeconds, cpuSeconds: user + system, peakMib: peakKib / 1024 }
}

/** The median of each column. */
export function takeMedians(costs: readonly Cost[]): Cost {
  return {
    wallSeconds: takeMedian(costs.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: takeMedian(costs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMib: takeMedian(costs.map(({ peakMib }) => peakMib)),
  }
}

export function takeMedian(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
