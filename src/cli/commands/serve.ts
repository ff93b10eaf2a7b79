import { type Command, InvalidArgumentError, Option } from 'commander'
import { addOnNames } from '../../domain/add-on.ts'
import { callerRoles } from '../../played-gitlab/caller.ts'
import { type Fault, parseFaults } from '../../played-gitlab/faults.ts'
import { type GitLabVersion, newestVersion, parseVersion } from '../../played-gitlab/gitlab-version.ts'
import type { Perform } from '../app.ts'
import { fileOption } from '../options/basic-options.ts'
import { parseWait } from '../options/gitlab-options.ts'
import { parsePort } from '../options/parse-port.ts'
import { parseWholeNumber } from '../options/parse-whole-number.ts'
import { serveStore } from '../serve-store.ts'

const examples = `
Examples:
  duo-seats serve --sample
  duo-seats serve --store played.db
  duo-seats serve --latency 200ms --gitlab-version 17.3
  duo-seats serve --fail 429:0.1,drop:0.02 --seed 1
  duo-seats serve --as user

--sample plays a made-up company of 60 people, and needs no file. Without it,
changes go to the store at once. No GitLab is contacted. Faults of --fail: 429,
502, 503, 504, internal-error, drop, drop-after, late, each with a probability
from 0 to 1.

More: duo-seats help serve`

export function addServeCommand(program: Command, perform: Perform): void {
  program
    .command('serve')
    .description("Play a GitLab: serve GitLab's seat API from the store, for practice and tests.")
    .addOption(
      new Option('--sample [add-on]', 'play a made-up company of 60 people, without any file')
        .choices(addOnNames)
        .preset('duo-enterprise'),
    )
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 picks a free one')
        .argParser(parsePort)
        .default(8090),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in, unencrypted')
        .argParser(parseHost)
        .default('127.0.0.1'),
    )
    .addOption(
      fileOption(
        '--token-file <file>',
        'file with the token to require, or - for standard input (default: a new one is printed)',
      ),
    )
    .addOption(
      new Option('--latency <time>', 'delay each answer, such as 200ms or 1s')
        .argParser(parseWait)
        .default(0, 'none'),
    )
    .addOption(
      new Option('--gitlab-version <version>', 'version of the played GitLab, such as 17.3')
        .argParser(parseRelease)
        .default(newestVersion, newestVersion.join('.')),
    )
    .addOption(
      new Option('--as <role>', 'owner of the token (default: administrator or, of a group, owner)').choices(
        callerRoles,
      ),
    )
    .option('--hide-emails', 'hide private email addresses, as from a token without the right to see them')
    .addOption(
      new Option(
        '--fail <faults>',
        'fail on purpose: faults with their probability, such as 429:0.1,drop:0.02',
      )
        .argParser(parseFaultList)
        .default([], 'none'),
    )
    .addOption(
      new Option('--seed <number>', 'number that makes the faults repeatable').argParser((text) =>
        parseWholeNumber(text, 4_294_967_295),
      ),
    )
    .addHelpText('after', examples)
    .action(perform(serveStore))
}

function parseHost(text: string): string {
  if (!/^[\w.:-]+$/.test(text)) throw new InvalidArgumentError('It takes an address, such as 0.0.0.0.')
  return text
}

function parseRelease(text: string): GitLabVersion {
  const version = parseVersion(text)
  if (version === null) throw new InvalidArgumentError('It takes a version of GitLab, such as 17.3.')
  return version
}

function parseFaultList(text: string): Fault[] {
  const faults = parseFaults(text)
  if (faults === null)
    throw new InvalidArgumentError(
      'It takes faults with probabilities of 1 or less in total, such as 429:0.1,drop:0.02.',
    )
  return faults
}
