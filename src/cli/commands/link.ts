import type { Command } from 'commander'
import { describeSeatsHeld } from '../../domain/add-on.ts'
import { nameStore } from '../../domain/name-store.ts'
import { quoteForShell } from '../../domain/quote-for-shell.ts'
import { describeScope } from '../../domain/snapshot.ts'
import { UserError } from '../../errors.ts'
import type { GitLab, GitLabTarget } from '../../gitlab/gitlab.ts'
import { escapeControls } from '../../report/escape-controls.ts'
import { localizeTimes } from '../../report/local-time.ts'
import { lockWait } from '../../session.ts'
import type { Store } from '../../store/store.ts'
import type { LinkReport } from '../../sync/link-store.ts'
import type { App, Perform } from '../app.ts'
import { addGitLabOptions, type GitLabOptions } from '../options/gitlab-options.ts'
import type { Terminal } from '../terminal/terminal.ts'

const examples = `
Examples:
  export GITLAB_TOKEN=glpat-...
  duo-seats link https://gitlab.example.com
  duo-seats link gitlab.com --group acme

The token needs the scope api; read_api is enough for sync. Its owner must be an
administrator or, on GitLab.com, an Owner of the top-level group. The token is
not stored: every command reads it from GITLAB_TOKEN, --token-file or
--token-command.

More: duo-seats help linked, duo-seats help security`

interface LinkOptions extends GitLabOptions {
  group?: string
}

export function addLinkCommand(program: Command, perform: Perform): void {
  const command = program
    .command('link')
    .description(
      'Connect the store with a GitLab: sync pulls from it, and commands that change seats push to it.',
    )
    .argument('<url>', 'address of GitLab; https:// is the default scheme')
    .option('--group <path>', 'top-level group, on GitLab.com only')
    .addHelpText('after', examples)
  addGitLabOptions(command).action(perform(link))
}

async function link(app: App, url: string, options: LinkOptions): Promise<undefined> {
  const { parseGitLabUrl } = await import('../../gitlab/gitlab-url.ts')
  const { inspectGitLab, requireSameScope } = await import('../../sync/link-store.ts')
  const { session } = app
  const target = { url: parseGitLabUrl(url), group: options.group ?? null }
  requireGroupPath(target)
  const inspect = async () => inspectGitLab(await connect(app, target, options), session.readClock())
  if (await session.hasStore()) {
    await app.useStore({ create: false }, async (store) => {
      // Before the token goes anywhere.
      requireSameScope(store, target)
      await recordLink(app, store, await inspect())
    })
  } else {
    // A GitLab that cannot be used leaves no store behind.
    const report = await inspect()
    await app.useStore({ create: true }, (store) => recordLink(app, store, report))
  }
}

/** `https://` is the default scheme; the GitLab that `serve` plays has `http://`. */
async function connect({ session }: App, target: GitLabTarget, options: LinkOptions): Promise<GitLab> {
  const { NoTlsError, UnreachableError } = await import('../../gitlab/http/gitlab-error.ts')
  const { tokenFile, tokenCommand, timeout: timeoutMs } = options
  return session.connect(target, { tokenFile, tokenCommand, timeoutMs }).catch((error: unknown) => {
    if (!(error instanceof NoTlsError)) throw error
    const group = target.group === null ? '' : ` --group ${quoteForShell(target.group)}`
    const command = `duo-seats link ${target.url.replace(/^https:/, 'http:')}${group}`
    throw new UnreachableError(error.message, `If it has no TLS, type: ${command}`, error.cause)
  })
}

async function recordLink(app: App, store: Store, report: LinkReport): Promise<void> {
  const { linkStore } = await import('../../sync/link-store.ts')
  const { session, terminal, stdout } = app
  const warnings = await app.showProgress('Linking', () =>
    linkStore(store, report.target, session.readClock(), lockWait(session)),
  )
  for (const warning of [...report.warnings, ...warnings]) terminal.warn(localizeTimes(warning))
  if (!terminal.isQuiet) await stdout.write(describeLink(report, terminal))
  await stdout.end()
}

/** On GitLab.com purchases belong to a top-level group; GitLab has no list of seats for any other. */
function requireGroupPath({ url, group }: { url: string; group: string | null }): void {
  if (group === null && /^(www\.)?gitlab\.com$/.test(new URL(url).hostname)) {
    throw new UserError(
      'usage',
      'On GitLab.com, seats belong to a top-level group, and --group is missing.',
      'Name the group: duo-seats link gitlab.com --group acme',
    )
  }
  if (group === null || /^[^/\s]+$/.test(group)) return
  throw new UserError(
    'usage',
    `"${group}" is not a top-level group.`,
    'Seats are bought for the top-level group: use the first part of the path alone.',
  )
}

function describeLink(
  { target, gitlabVersion, username, purchases }: LinkReport,
  { namedStore }: Terminal,
): string {
  return [
    `Linked to ${describeScope(target)} as @${username}, GitLab ${gitlabVersion}.`,
    ...purchases.map((purchase) => `${describeSeatsHeld(purchase)}.`),
    nameStore('Next: duo-seats sync', namedStore),
  ]
    .map((line) => `${escapeControls(line)}\n`)
    .join('')
}
