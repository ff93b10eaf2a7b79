import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Finished } from './command-line.ts'
import { binary, collectWithProgress, type Workdir } from './workdir.ts'

/** The bundle that a binary loads. */
export function findBundle(program: string): string {
  return join(dirname(realpathSync(program)), '../dist/duo-seats.js')
}

/** Ends the output of a command, with its exit code. */
const endOfOutput = /\0(\d+)\n/

/** The set-up of a process in which a test runs the binary. */
export interface Setting {
  env?: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  /** Default: the binary under test. */
  program?: string
}

/**
 * Runs command lines of the bundle one after the other in a process of their own. For commands that need a process with a certain
 * environment: starting Node takes ten times as long as most of them.
 */
export async function runTogether(
  workdir: Workdir,
  commands: readonly (readonly string[])[],
  { env = {}, program = binary, ...user }: Setting = {},
): Promise<Finished[]> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--eval', writeProgram(findBundle(program), commands)],
    {
      cwd: workdir.path,
      env: {
        PATH: process.env['PATH'],
        HOME: workdir.path,
        DUO_SEATS_STORE: workdir.join('store.db'),
        TZ: 'Pacific/Kiritimati',
        ...env,
      },
      ...user,
    },
  )
  child.stdin.end()
  const { code, stdout, stderr } = await collectWithProgress(child)
  if (code !== 0) throw new Error(`The commands ended with ${code}: ${stderr}`)
  const [printed, told] = [stdout.split(endOfOutput), stderr.split(endOfOutput)]
  return commands.map((_, index) => ({
    code: Number(printed[2 * index + 1]),
    stdout: printed[2 * index] ?? '',
    stderr: told[2 * index] ?? '',
  }))
}

function writeProgram(bundle: string, commands: readonly (readonly string[])[]): string {
  return `
    const { main } = require(${JSON.stringify(bundle)})
    const run = async (args) => {
      const end = '\\0' + (await main(['node', 'duo-seats', ...args])) + '\\n'
      process.stdout.write(end)
      process.stderr.write(end)
    }
    ${JSON.stringify(commands)}.reduce((ended, args) => ended.then(() => run(args)), Promise.resolve())
  `
}
