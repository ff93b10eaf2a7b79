import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { answerCommands } from './answer-commands.ts'
import { binary, type Workdir } from './workdir.ts'

/**
 * Starts a shell at a terminal with the script sourced as `completion --help` says. The prompt has a number, since some shells
 * repeat it below their completions.
 */
const startUps = {
  bash: {
    command: 'bash --rcfile rc -i',
    file: 'rc',
    setUp: "PROMPT_COMMAND='PS1=READY$((++prompts))\\>'\nsource <(duo-seats completion bash)\n",
  },
  zsh: {
    command: 'zsh -i',
    file: '.zshrc',
    setUp:
      'precmd() { PS1="READY$((++prompts))>" }\n' +
      // Leaves out the completions of other programs, which take a second to read.
      `needed=(\${(M)fpath:#*/(Completion|Base|Unix)}); (( $#needed )) && fpath=($needed)\n` +
      'autoload -U compinit && compinit -u -C\nsource <(duo-seats completion zsh)\n',
  },
  fish: {
    command: 'fish -i --no-config --init-command "source rc.fish"',
    file: 'rc.fish',
    setUp: `function count_prompts --on-event fish_prompt; set -g prompts (math $prompts + 1); end
function fish_prompt; echo "READY$prompts>"; end
set -g prompts 0
duo-seats completion fish | source
`,
  },
}

export type TestedShell = keyof typeof startUps

export function isInstalled(shell: TestedShell): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0
}

/** The real binary, or this process, which takes a tenth of the time. */
type Completer = 'binary' | 'in-process'

const runBinary = 'exec "$NODE" "$BINARY" "$@"'

/** Stands in for the program: it runs completions, and records every other command. */
function writeRecorder(program: string): string {
  return `#!/bin/sh
if [ "$1" = completion ]; then ${program}; fi
{ printf '%s\\037' "$@"; echo; } >> typed
`
}

/** The functions that zsh knows, by the name of the file. Finding them takes two seconds. */
const zshFunctions = new Map<string, string>()

export interface Typed {
  /** The arguments of the program, for each line. */
  args: string[][]
  /** The text on the terminal. */
  screen: string
}

/** Types lines into a shell at a terminal of its own. `\t` completes, and Enter follows each line. */
export async function typeInShell(
  workdir: Workdir,
  shell: TestedShell,
  lines: readonly string[],
  completer: Completer = 'binary',
): Promise<Typed> {
  const inProcess = completer === 'in-process' ? answerCommands(workdir) : null
  const child = startShell(workdir, shell, inProcess?.program ?? runBinary)
  let screen = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (screen += text))
  const hasEnded = new Promise((done) => child.on('close', done))
  try {
    for (const [index, line] of [...lines, 'exit'].entries()) {
      // The terminal itself would handle text that is typed before the prompt, without completion.
      await waitUntil(
        () => screen.includes(`READY${index + 1}>`),
        () => screen,
      )
      child.stdin?.write(`${line}\r`)
    }
  } finally {
    child.stdin?.end()
    const isSlow = setTimeout(30_000, true, { ref: false })
    if (await Promise.race([hasEnded.then(() => false), isSlow])) child.kill('SIGKILL')
    await hasEnded
    await inProcess?.stop()
  }
  if (shell === 'zsh') zshFunctions.set('.zcompdump', workdir.read('.zcompdump'))
  return { args: readTyped(workdir), screen }
}

function startShell(workdir: Workdir, shell: TestedShell, program: string): ChildProcess {
  const { command, file, setUp } = startUps[shell]
  workdir.write(file, setUp)
  chmodSync(workdir.write('bin/duo-seats', writeRecorder(program)), 0o755)
  for (const [name, functions] of zshFunctions) workdir.write(name, functions)
  return spawn('script', ['--quiet', '--flush', '--command', command, '/dev/null'], {
    cwd: workdir.path,
    env: {
      PATH: `${workdir.join('bin')}:${process.env['PATH']}`,
      HOME: workdir.path,
      ZDOTDIR: workdir.path,
      TERM: 'xterm',
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
      DUO_SEATS_STORE: workdir.join('store.db'),
      NODE: process.execPath,
      BINARY: binary,
    },
  })
}

function readTyped(workdir: Workdir): string[][] {
  if (!existsSync(workdir.join('typed'))) return []
  const records = workdir.read('typed').split('\u001f\n').slice(0, -1)
  return records.map((record) => record.split('\u001f'))
}

async function waitUntil(isSo: () => boolean, describe: () => string): Promise<void> {
  for (const deadline = Date.now() + 120_000; !isSo(); await setTimeout(20))
    if (Date.now() > deadline) throw new Error(`the shell showed: ${JSON.stringify(describe())}`)
}
