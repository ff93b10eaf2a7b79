import { homedir } from 'node:os'
import type { Command } from 'commander'
import { findStorePath } from '../../config.ts'
import type { App, Perform } from '../app.ts'
import { filesMark, type Shell, type ShellName, shellNames, shells } from '../completion/shells.ts'
import { type Background, suggest } from '../completion/suggest.ts'
import { readTypedLine, type TypedLine } from '../completion/typed-line.ts'

const help = `
Install it with the line for your shell, then open a new shell. The script runs
the duo-seats in your PATH.

More: duo-seats help completion

bash, in ~/.bashrc:
  source <(duo-seats completion bash)

zsh, in ~/.zshrc, after compinit:
  source <(duo-seats completion zsh)

fish, once:
  duo-seats completion fish \\
    > ~/.config/fish/completions/duo-seats.fish

PowerShell, in the file that $PROFILE names:
  duo-seats completion powershell |
    Out-String | Invoke-Expression`

type CreateProgram = (words: readonly string[], perform: Perform) => Promise<Command>

/**
 * @param createProgram makes the program that would read some words
 * @param topics what `help` knows besides the commands
 */
export function createCompletionCommand(createProgram: CreateProgram, topics: readonly string[]) {
  return (program: Command, perform: Perform): void => {
    program
      .command('completion')
      .description('Print a script for tab completion of commands, options, users and runs in your shell.')
      .addArgument(program.createArgument('<shell>', 'your shell').choices(shellNames))
      .argument('[typed...]', 'for the script: the typed words, after --')
      .addHelpText('after', help)
      .action(
        perform(async (app, shell: ShellName, typed: string[]) => {
          const readLine = async (words: readonly string[]) =>
            readTypedLine(await createProgram(words, perform), words)
          await app.stdout.write(
            typed.length === 0
              ? shells[shell].script
              : await completeSilently(app, shells[shell], typed, { readLine, topics }),
          )
          await app.stdout.end()
          return 'ok'
        }),
      )
  }
}

interface Knowledge {
  readLine: (words: readonly string[]) => Promise<TypedLine>
  topics: readonly string[]
}

/** Nobody wants to read of a failure in the middle of typing: there is nothing to suggest then. */
async function completeSilently(
  app: App,
  shell: Shell,
  typed: readonly string[],
  { readLine, topics }: Knowledge,
): Promise<string> {
  try {
    const { words, text } = shell.readLine(typed)
    const line = await readLine(words)
    const look: Background['look'] = async (read) => {
      const { glanceAt } = await import('../../store/completion-store.ts')
      return glanceAt(findStore(app, line), read)
    }
    const found = await suggest(line, text, { look, topics })
    return (found === 'files' ? [filesMark] : shell.format(found, typed)).map((row) => `${row}\n`).join('')
  } catch {
    return ''
  }
}

/** The store that is named on the line, else the one that would be taken here. */
function findStore(app: App, { given }: TypedLine): string {
  const [, named] = [...given].find(([{ long }]) => long === '--store') ?? []
  return named ? findStorePath(named.replace(/^~(?=\/)/, homedir()), app.session.env) : app.session.storePath
}
