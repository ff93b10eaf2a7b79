import { execFileSync } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import type { Finished } from './command-line.ts'
import { runMain } from './run-main.ts'
import type { Workdir } from './workdir.ts'

/**
 * Runs the commands of a shell in this process, one at a time, since starting the binary takes ten times as long. Two named
 * pipes carry them.
 *
 * @returns the shell code of the program, and a function that ends it
 */
export function answerCommands(workdir: Workdir): { program: string; stop: () => Promise<void> } {
  const [commands, answers] = [workdir.join('commands'), workdir.join('answers')]
  execFileSync('mkfifo', [commands, answers])
  const finished = answerAll(commands, answers)
  const stop = async () => {
    // Lets an answer go that no shell reads.
    const reader = await open(answers, 'r+')
    await writeFile(commands, '')
    await finished
    await reader.close()
  }
  return { program: askThrough(commands, answers), stop }
}

/** Sends the arguments and the environment. The answer is shell code. */
function askThrough(commands: string, answers: string): string {
  return `{ printf '%s\\0' "$#" "$@"; env -0; } > '${commands}'; eval "$(cat '${answers}')"`
}

async function answerAll(commands: string, answers: string): Promise<void> {
  for (;;) {
    const [count = '', ...texts] = (await readFile(commands, 'utf8')).split('\0').slice(0, -1)
    if (count === '') return
    const env = Object.fromEntries(texts.slice(Number(count)).map(splitVariable))
    await writeFile(
      answers,
      toShell(await runMain(texts.slice(0, Number(count)), { cwd: env['PWD'] ?? '.', env })),
    )
  }
}

function splitVariable(text: string): [string, string] {
  const end = text.indexOf('=')
  return [text.slice(0, end), text.slice(end + 1)]
}

function toShell({ code, stdout, stderr }: Finished): string {
  return `printf %s ${quote(stderr)} >&2; printf %s ${quote(stdout)}; exit ${code}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
