import type { Environment } from '../../config.ts'
import { type ExitName, exitCodes } from '../../errors.ts'

const exitMeanings: Record<ExitName, string> = {
  ok: 'every user is in the state that was asked for',
  failed: 'failed: a file, the store or a bug; nothing is half done',
  usage: 'usage: unknown option, unreadable or malformed input',
  incomplete: 'finished, and some users did not get what was asked for',
  denied: 'GitLab refused the token or its rights',
  refused:
    'refused before anything was written: too few seats with --on-shortage fail, a safety cap, or the answer no',
  unreachable:
    'GitLab could not be reached, or asked to slow down for too long: changes are kept as pending, run sync',
  interrupted: 'interrupted',
}

const exitNames = Object.keys(exitCodes) as ExitName[]

/** A line for each exit code. */
export const exitCodeLines = exitNames.map((name) => `  ${exitCodes[name]}  ${exitMeanings[name]}`).join('\n')

/** Variables of one meaning: those that the program reads, and those that Node reads for it. */
interface VariableEntry {
  names: readonly (keyof Environment | 'TMPDIR' | 'NODE_EXTRA_CA_CERTS')[]
  meaning: string
}

const variables: readonly VariableEntry[] = [
  { names: ['DUO_SEATS_STORE'], meaning: 'the store, where --store does not name one' },
  { names: ['XDG_DATA_HOME'], meaning: 'where the store is kept by default, else ~/.local/share' },
  {
    names: ['DUO_BULK_USER_FILE_PATH', 'DUO_PRO_BULK_USER_FILE_PATH'],
    meaning: 'the list for bulk-assign, where no file is given',
  },
  {
    names: ['GITLAB_TOKEN'],
    meaning: 'the token for a linked GitLab, where --token-file does not name a file',
  },
  {
    names: ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'],
    meaning: 'the way to a linked GitLab',
  },
  { names: ['NODE_EXTRA_CA_CERTS'], meaning: 'a file with the certificate of your own authority' },
  { names: ['NO_COLOR', 'FORCE_COLOR'], meaning: 'colour off or on, whatever the output goes to' },
  { names: ['TERM'], meaning: 'dumb is a terminal without colour' },
  {
    names: ['CI', 'CI_JOB_URL'],
    meaning: 'a CI job: plain progress, and its address in the record of a run',
  },
  { names: ['TMPDIR'], meaning: 'where standard input and the report of a dry run are kept for a while' },
]

/** A line for each environment variable, or for those of one meaning. */
export const environmentLines = variables
  .map(({ names, meaning }) => `  ${names.join(', ')}  ${meaning}`)
  .join('\n')

const exitCodesTopic = `Exit codes, for scripts and CI jobs:
${exitCodeLines}

1, 2, 5  Nothing was changed. If only a file of --results or --rejects failed, the run is written, and
         the message says so.
3        The others are as was asked. --rejects FILE holds the rows to mend. With --exit-code, a dry run of apply
         that finds a difference ends so as well, and so does a reclaim that cannot free what --to-free asks for.
5        With --max-removals, the message names the number that would be taken.
4, 6     In a linked store, what GitLab has not confirmed is pending: "duo-seats sync" goes on.
130      The message says what was written, and how to go on. A push that is interrupted is reported first, row by
         row. A second Ctrl-C ends the command at once.

The same command can always be run again: nothing is done twice. "doctor" ends with 0 only if all is well,
else with 1.
`

const csvTopic = `The CSV that bulk-assign, bulk-unassign and apply read, and reclaim --except:

  username,note
  ada,in any case
  @grace,
  # Lines that begin with # do not count.
  margaret@example.com,an email address works as well

The first line is the header. These columns are known, in any order and in any case:
  username  a username, with or without @, or an email address (also called user, login)
  email     the address that GitLab shows (also called e-mail, email address)
  user_id   7, or gid://gitlab/User/7 (also called user id)
One of them is enough. With several, a row must mean one user. Other columns are ignored, and named once.

What a spreadsheet writes is fine: commas, semicolons or tabs, quotes, blank lines, UTF-8, or UTF-16 with a
byte order mark. A broken file is refused as a whole with the number of the line. For apply, a file that names
nobody is refused as well: it never means that everybody loses the seat.
  --column NAME   the column of the usernames has another name
  --no-header     a bare list, a user a line
  --delimiter C   what stands between cells, where it is found out wrongly

Start with one of these:
  duo-seats template > people.csv
  duo-seats list --free --format csv > people.csv
  duo-seats list --format csv > team.csv          who holds a seat: change it, then apply it
`

const environmentTopic = `Environment variables:
${environmentLines}

An option wins over a variable. An empty variable counts as not set. Of the proxies, the names in small letters
win: http://user:password@proxy:3128.
`

/** What can be read about besides the commands. The key is what is typed behind `help`. */
export const helpTopics: ReadonlyMap<string, string> = new Map([
  ['exit-codes', exitCodesTopic],
  ['csv', csvTopic],
  ['environment', environmentTopic],
])
