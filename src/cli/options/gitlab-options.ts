import { type Command, InvalidArgumentError, Option } from 'commander'
import { msPerDay } from '../../domain/day.ts'
import { fileOption } from './basic-options.ts'

export interface GitLabOptions {
  tokenFile?: string
  tokenCommand?: string
  /** Milliseconds. */
  timeout: number
}

const msPerUnit: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** In milliseconds: `200ms`, `90s`, `15m`, `1h`. */
export function parseDuration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})(ms|s|m|h)$/i.exec(text.trim()) ?? []
  const duration = Number(digits) * (msPerUnit[unit.toLowerCase()] ?? 0)
  if (digits === '' || duration === 0)
    throw new InvalidArgumentError('It takes a span of time, such as 200ms, 90s, 15m or 1h.')
  return duration
}

/** As {@link parseDuration}. A timer of Node with more than 2^31 - 1 ms, which are 24.8 days, ends at once. */
export function parseWait(text: string): number {
  const wait = parseDuration(text)
  if (wait > 24 * msPerDay) throw new InvalidArgumentError('It takes a span of 24 days at most: 576h.')
  return wait
}

/** As {@link parseDuration} reads it, in the largest unit that fits: `90s` for 90,000. */
export function formatDuration(ms: number): string {
  const [unit, size] = Object.entries(msPerUnit).findLast(([, size]) => ms % size === 0) ?? ['ms', 1]
  return `${ms / size}${unit}`
}

function addTokenOption(command: Command): Command {
  return command
    .addOption(
      fileOption(
        '--token-file <file>',
        'file with the GitLab token, or - for standard input (default: GITLAB_TOKEN)',
      ),
    )
    .addOption(
      new Option(
        '--token-command <command>',
        'command that prints the token for the host in DUO_SEATS_HOST',
      ).conflicts('tokenFile'),
    )
}

const longTimeout = '15m'

export const longTimeoutMs = parseDuration(longTimeout)

export function addGitLabOptions(command: Command, usualTimeout = longTimeout): Command {
  return addTokenOption(command).addOption(
    new Option('--timeout <time>', 'give up on GitLab after this time, such as 90s or 1h')
      .argParser(parseWait)
      .default(parseDuration(usualTimeout), usualTimeout),
  )
}
