import { frozenClock } from './frozen-clock.ts'
import { makeSeat } from './make-snapshot.ts'
import type { Workdir } from './workdir.ts'

const atNine = { env: frozenClock }

export const takenSeat = { success: true, message: 'Seat removed.' }

/** Three of four seats are held, by `ada`, `Bob` and `carol`. */
export const threeHolders = { seats: [makeSeat(1), makeSeat(2), makeSeat(3)] }

/** Runs command lines that must succeed. No argument may contain a space. */
export async function type(workdir: Workdir, ...lines: string[]): Promise<void> {
  for (const line of lines) await workdir.inProcess.runExpecting(0, line.split(' '), atNine)
}

/** Returns the outcome of each user, such as `Bob unassigned`. */
export async function undo(workdir: Workdir, code: number, ...args: string[]): Promise<string[]> {
  const { results } = await workdir.inProcess.runForJson(code, ['undo', ...args], atNine)
  return results.map(({ username, input, outcome }) => `${username ?? input} ${outcome}`)
}
