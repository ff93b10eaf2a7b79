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

/** Parts of the program. main.ts passes them, because an import would add a file that every command loads. */
interface Completable extends Pick<Background, 'topics' | 'findSource'> {
  createProgram: (words: readonly string[], perform: Perform) => Promise<Command>
}

export function createCompletionCommand({ createProgram, ...knowledge }: Completable) {
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
              : await completeSilently(app, shells[shell], typed, { readLine, ...knowledge }),
          )
          await app.stdout.end()
          return 'ok'
        }),
      )
  }
}

interface CompletionContext extends Pick<Background, 'topics' | 'findSource'> {
  readLine: (words: readonly string[]) => Promise<TypedLine>
}

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
  return named ? findStorePath(named, app.session.env) : app.session.storePath
}
