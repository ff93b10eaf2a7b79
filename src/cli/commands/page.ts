import { type Command, Option } from 'commander'
import type { UserError } from '../../errors.ts'
import type { RunningPage } from '../../page/start-page.ts'
import { escapeControls } from '../../report/escape-controls.ts'
import type { Store } from '../../store/store.ts'
import type { App, Perform } from '../app.ts'
import { canShowBrowser, openBrowser } from '../open-browser.ts'
import { addGitLabOptions, type GitLabOptions } from '../options/gitlab-options.ts'
import { parsePort } from '../options/parse-port.ts'
import { waitForAbort } from '../terminal/wait-for-abort.ts'
import { writePageCommand } from '../write-page-command.ts'

const examples = `
Examples:
  duo-seats page
  duo-seats page --read-only
  duo-seats page --port 8100 --no-open

The page is served on this machine only, and only to browsers with the secret
in the printed address. Ctrl-C ends it, after running changes are written.

More: duo-seats help commands`

interface PageCommandOptions extends GitLabOptions {
  port?: number
  /** commander turns `--no-open` into false. */
  open: boolean
  readOnly?: boolean
}

export function addPageCommand(program: Command, perform: Perform): void {
  const command = program
    .command('page')
    .description('Show the seats in a browser, and change them there.')
    .addOption(
      new Option(
        '--port <number>',
        'port to listen on; 0 picks a free one (default: that of the last time)',
      ).argParser(parsePort),
    )
    .option('--no-open', 'print the address, but open no browser')
    .option('--read-only', 'show the seats, and let the page change nothing')
    .addHelpText('after', examples)
  addGitLabOptions(command).action(perform(servePage))
}

async function servePage(app: App, options: PageCommandOptions): Promise<undefined> {
  const isReadOnly = options.readOnly ?? false
  await app.useStore({ create: false, readsOnly: isReadOnly }, (store) => serve(app, store, options))
}

async function serve(app: App, store: Store, options: PageCommandOptions): Promise<void> {
  const { startPage } = await import('../../page/start-page.ts')
  const { session } = app
  const { port = null, readOnly: isReadOnly = false, tokenFile, tokenCommand, timeout: timeoutMs } = options
  const { env, storePath } = session
  const start = {
    storePath,
    port,
    isReadOnly,
    opensBrowser: options.open,
    tokenFile,
    tokenCommand,
    timeoutMs,
  }
  const page = await startPage(store, {
    port,
    isReadOnly,
    startCommand: writePageCommand(start),
    env,
    storePath,
    tell: session.tell,
    gitlab: { tokenFile, tokenCommand, timeoutMs },
    readTypedToken: session.readTypedToken,
  })
  let interrupted: UserError | null = null
  try {
    await introduce(app, page, options)
    await waitForAbort(session.signal)
    if (page.isAtWork()) app.terminal.note('A change is at work. Waiting for it, for up to 10 seconds.')
  } finally {
    interrupted = await page.stop()
  }
  if (interrupted !== null) throw interrupted
}

async function introduce(app: App, page: RunningPage, options: PageCommandOptions): Promise<void> {
  const rights = options.readOnly ? ', read-only' : ''
  await app.stdout.write(
    `The seats of ${escapeControls(app.session.storePath)}${rights}:\n\n  ${page.address}\n\nCtrl-C ends the page.\n`,
  )
  await app.stdout.end()
  if (!options.open || !canShowBrowser(app.session.env, process.platform)) return
  if (!(await openBrowser(page.openingAddress)))
    app.terminal.note('No browser could be opened. Open the address yourself.')
}
