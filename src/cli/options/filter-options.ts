import { InvalidArgumentError, Option } from 'commander'
import { completes } from '../completion/completes.ts'
import { parseCount } from './basic-options.ts'
import { parseSince, parseUntil } from './parse-time.ts'

type Rows = 'events' | 'runs' | 'users'

export function sinceOption(rows: Rows): Option {
  return new Option(
    '--since <time>',
    `show only ${rows} since a day (2026-03-01), a month (2026-03), a time (2026-03-01T08:00:00Z), or a span (7d)`,
  ).argParser(parseSince)
}

export function untilOption(rows: Rows): Option {
  return new Option('--until <time>', `show only ${rows} until then; a day or month is included`).argParser(
    parseUntil,
  )
}

export function userOption(rows: Rows, addition = ''): Option {
  const description = `show only ${rows} about this user (username, email address or id)${addition}`
  return completes(new Option('--user <name>', description).argParser(parseUser), 'users')
}

/** An empty text is an unset variable of a script: it would choose nothing. */
function parseUser(text: string): string {
  const name = text.trim()
  if (name === '') throw new InvalidArgumentError('It takes a username, an email address or a user id.')
  return name
}

export function limitOption(rows: Rows): Option {
  return new Option('--limit <number>', `show at most this many ${rows}`).argParser(parseCount)
}
