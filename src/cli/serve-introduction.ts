import { resolve } from 'node:path'
import { type AddOn, describeInactivity, describeSeatsHeld } from '../domain/add-on.ts'
import { type Day, dayOf } from '../domain/day.ts'
import { isLoopback } from '../domain/loopback.ts'
import { quoteForShell } from '../domain/quote-for-shell.ts'
import { describeScope } from '../domain/snapshot.ts'
import { formatVersion, type GitLabVersion } from '../played-gitlab/gitlab-version.ts'
import { escapeControls } from '../report/escape-controls.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import type { App } from './app.ts'

interface Introduction {
  url: string
  token: string
  host: string
  tokenFile?: string
  gitlabVersion: GitLabVersion
  /** The active add-on of the made-up company; absent for a store. */
  sample?: AddOn
}

/** Prints the address, and the commands that link a store of another shell. */
export async function printIntroduction(
  { stdout, terminal, session }: App,
  store: Store,
  facts: Introduction,
): Promise<void> {
  const { url, token, host, tokenFile, gitlabVersion, sample } = facts
  const subscription = requireSubscription(store)
  const lines = [
    `${url} plays ${describeScope(subscription)}, with GitLab ${formatVersion(gitlabVersion)}`,
    ...(sample === undefined ? [] : describeSample(store, dayOf(session.readClock()))),
    '',
    'Type this in another shell:',
    '',
    `  export GITLAB_TOKEN=${describeToken(token, tokenFile)}`,
    ...(isLoopback(host) ? listCommands(subscription, facts).map((line) => `  ${line}`) : []),
    '',
    'Ctrl-C stops it.',
  ]
  await stdout.write(lines.map((line) => `${escapeControls(line)}\n`).join(''))
  await stdout.end()
  if (!isLoopback(host))
    terminal.warn(
      'Other machines can reach this server, and the connection is not encrypted. The command "link" works from this machine only.',
    )
}

/** Hints repeat `--store` only where it was typed, so the other shell gets a variable. */
function listCommands({ group }: RecordedSubscription, { url, sample }: Introduction): string[] {
  return [
    `export DUO_SEATS_STORE=${quoteForShell(resolve('practice.db'))}`,
    `duo-seats link ${url}${group === null ? '' : ` --group ${quoteForShell(group)}`}`,
    ...(sample === undefined
      ? []
      : ['duo-seats sync', 'duo-seats list', 'duo-seats bulk-assign --members-of acme/platform --dry-run']),
  ]
}

function describeSample({ addOnPurchases }: Store, today: Day): string[] {
  return [
    'It is a made-up company of 60 people.',
    ...addOnPurchases
      .list()
      .map((purchase) => describeInactivity(purchase, today) ?? `${describeSeatsHeld(purchase)}.`),
  ]
}

function describeToken(token: string, tokenFile: string | undefined): string {
  if (tokenFile === undefined) return token
  if (tokenFile === '-') return '… # the token from standard input'
  return `"$(cat ${quoteForShell(tokenFile)})"`
}
