import { homedir } from 'node:os'
import type { Command } from 'commander'
import { findStorePath } from '../../config.ts'
import type { App, OpenApp } from '../app.ts'
import { filesMark, type Shell, type ShellName, shellNames, shells } from '../completion/shells.ts'
import { type Background, suggest } from '../completion/suggest.ts'
import { readTypedLine, type TypedLine } from '../completion/typed-line.ts'

const help = `
It completes commands, options, their values, files, usernames and numbers of runs.
The script runs "duo-seats", so the program must be in your PATH. Open a new shell after installing it.

bash, in ~/.bashrc:
  source <(duo-seats completion bash)

zsh, in ~/.zshrc, after compinit:
  source <(duo-seats completion zsh)

fish, once:
  duo-seats completion fish > ~/.config/fish/completions/duo-seats.fish

PowerShell, in the file of $PROFILE:
  duo-seats completion powershell | Out-String | Invoke-Expression`

/** Parts of the program. main.ts passes them, because an import would add a file that every command loads. */
interface Completable extends Pick<Background, 'topics' | 'findSource'> {
  /** Creates the program with the commands that the words contain. */
  createProgram: (words: readonly string[], openApp: OpenApp) => Promise<Command>
}

export function createCompletionCommand({ createProgram, ...knowledge }: Completable) {
  return (program: Command, openApp: OpenApp): void => {
    program
      .command('completion')
      .description('Print a script that completes duo-seats in your shell.')
      .addArgument(program.createArgument('<shell>', 'the shell').choices(shellNames))
      .argument('[typed...]', 'words that the script passes, behind --, to be completed')
      .addHelpText('after', help)
      .action(async (shell: ShellName, typed: string[]) => {
        const app = await openApp()
        const readLine = async (words: readonly string[]) =>
          readTypedLine(await createProgram(words, openApp), words)
        await app.stdout.write(
          typed.length === 0
            ? shells[shell].script
            : await completeSilently(app, shells[shell], typed, { readLine, ...knowledge }),
        )
        await app.stdout.end()
      })
  }
}

interface CompletionContext extends Pick<Background, 'topics' | 'findSource'> {
  readLine: (words: readonly string[]) => Promise<TypedLine>
}

/** On any failure, suggests nothing. */
async function completeSilently(
  app: App,
  shell: Shell,
  typed: readonly string[],
  { readLine, ...knowledge }: CompletionContext,
): Promise<string> {
  try {
    const { words, text } = shell.readLine(typed)
    const line = await readLine(words)
    const readStore: Background['readStore'] = async (read) => {
      const { readForCompletion } = await import('../../store/completion-store.ts')
      return readForCompletion(findStore(app, line), read)
    }
    const found = await suggest(line, text, { readStore, ...knowledge })
    return (found === 'files' ? [filesMark] : shell.format(found, typed)).map((row) => `${row}\n`).join('')
  } catch {
    return ''
  }
}

/** Returns the path after `--store` on the typed line, else the store of this environment. */
function findStore(app: App, { given }: TypedLine): string {
  const [, named] = [...given].find(([{ long }]) => long === '--store') ?? []
  return named ? findStorePath(named.replace(/^~(?=\/)/, homedir()), app.env) : app.storePath
}
