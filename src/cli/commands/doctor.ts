import type { Command } from 'commander'
import { type Check, findBlame, isPassed } from '../../domain/check.ts'
import type { Link } from '../../domain/link.ts'
import { createInterruption, type ExitName, UserError } from '../../errors.ts'
import { type Format, formatNames, writeDocument } from '../../report/formats/formats.ts'
import type { Page } from '../../report/page.ts'
import { createCheckDocument } from '../../report/reports/check-document.ts'
import type { App, Perform } from '../app.ts'
import { formatOption, jsonOption } from '../options/basic-options.ts'
import { addGitLabOptions, type GitLabOptions } from '../options/gitlab-options.ts'
import { printReport } from '../print-report.ts'

const examples = `
Examples:
  duo-seats doctor
  duo-seats doctor --format json
  duo-seats doctor --server

The exit code is 0 if every check passed, 4 if GitLab rejects the token, 6 if GitLab cannot be reached, else 1.`

const deskNote =
  'The GitLab server itself must reach cloud.gitlab.com and customers.gitlab.com on port 443. These checks ran on this machine, so they do not show that.'

const proxyNote =
  "Behind a proxy, set http_proxy, https_proxy and no_proxy, in small letters and in capitals alike, for GitLab's Rails (gitlab_rails['env']) and Workhorse (gitlab_workhorse['env']) parts in gitlab.rb, then reconfigure."

interface DoctorOptions extends GitLabOptions {
  format: Format
  server?: boolean
}

export function addDoctorCommand(program: Command, perform: Perform): void {
  const command = program
    .command('doctor')
    .description(
      'Check the store, the linked GitLab, the token and the network, with advice for each problem.',
    )
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .option('--server', 'this machine is the GitLab server: it must reach the hosts of GitLab')
    .addHelpText('after', examples)
  // A check reports an outage; it does not wait for its end.
  addGitLabOptions(command, '30s').action(perform(examine))
}

async function examine(app: App, options: DoctorOptions): Promise<ExitName> {
  const { format, server: isServer = false } = options
  const checks = await runChecks(app, isServer, options)
  const notes = isServer ? [proxyNote] : [deskNote, proxyNote]
  const failures = checks
    .filter((check) => !isPassed(check))
    .map(({ message, advice }) => ({ message, hint: advice }))
  const write = (page: Page) => writeDocument(createCheckDocument(checks, notes), format, page)
  await printReport(app, { format }, createInterruption(), write, failures)
  return judgeChecks(checks)
}

async function runChecks(
  app: App,
  isServer: boolean,
  { tokenFile, tokenCommand, timeout: timeoutMs }: GitLabOptions,
): Promise<Check[]> {
  const { session } = app
  const { checkSetUp, checkWithoutStore } = await import('../../doctor/check-set-up.ts')
  const { proposeTokenVariable } = await import('../../input/token/find-token.ts')
  const { proxyFor, reachHost } = await import('../../gitlab/http/reach-host.ts')
  const network = {
    findProxy: (url: string) => proxyFor(url, session.env),
    reach: (host: string) => reachHost(host, session.env, session.signal),
    isServer,
  }
  const connect = (link: Link) => session.connect(link, { tokenFile, tokenCommand, timeoutMs })
  const checks: Check[] = []
  try {
    await app.useStore({ create: false }, async (store) => {
      const found = checkSetUp({
        ...network,
        store,
        now: session.readClock(),
        connect,
        proposeTokenVariable: (url) =>
          proposeTokenVariable(url, { tokenFile, tokenCommand }, { ...session.env }),
      })
      for await (const check of found) checks.push(check)
    })
  } catch (error) {
    // A store that cannot be opened is a finding. A later error is not.
    if (!(error instanceof UserError) || checks.length > 0) throw error
    for await (const check of checkWithoutStore(error, network)) checks.push(check)
  }
  return checks
}

function judgeChecks(checks: readonly Check[]): ExitName {
  if (checks.every(isPassed)) return 'ok'
  const blame = findBlame(checks)
  if (blame === 'token') return 'denied'
  return blame === 'gitlab' ? 'unreachable' : 'failed'
}
