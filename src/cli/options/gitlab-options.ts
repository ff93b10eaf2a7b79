import { type Command, InvalidArgumentError, Option } from 'commander'
import { fileOption } from './basic-options.ts'

/** How a command that talks to a linked GitLab can be told to do so. */
export interface GitLabOptions {
  tokenFile?: string
  /** Milliseconds. */
  timeout: number
}

const msPerUnit: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A span of time in milliseconds: `200ms`, `90s`, `15m`, `1h`. */
export function parseDuration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})(ms|s|m|h)$/i.exec(text.trim()) ?? []
  const duration = Number(digits) * (msPerUnit[unit.toLowerCase()] ?? 0)
  if (digits === '' || duration === 0)
    throw new InvalidArgumentError('It takes a span of time, such as 200ms, 90s, 15m or 1h.')
  return duration
}

export function addTokenOption(command: Command): Command {
  return command.addOption(
    fileOption(
      '--token-file <file>',
      'the file that holds the GitLab token, or - for standard input (default: GITLAB_TOKEN)',
    ),
  )
}

/**
 * The token, and how long the command may take for its talk with GitLab.
 *
 * @param usualTimeout where nothing is said
 */
export function addGitLabOptions(command: Command, usualTimeout = '15m'): Command {
  return addTokenOption(command).addOption(
    new Option('--timeout <time>', 'give up on GitLab after so long, such as 90s or 1h')
      .argParser(parseDuration)
      .default(parseDuration(usualTimeout), usualTimeout),
  )
}
