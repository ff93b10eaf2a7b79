import { makeUser } from './make-snapshot.ts'

const command = 'touch pwned'

const usernames = [
  `ada$(${command})`,
  `ada\`${command}\``,
  `ada;${command}`,
  `ada'$(${command})'`,
  `ada"$(${command})"`,
  `ada\n${command}\n`.trim(),
  'ada\u001b]0;pwned\u0007',
  'ada\tbeside',
  'ada lovelace',
  'ada*',
  'ada:pwned',
  '-q',
  '--no-push',
  '$HOME',
]

const names = [
  `$(${command})`,
  `\`${command}\``,
  `'; ${command}; '`,
  `"; ${command}; "`,
  `) ${command}`,
  `\n${command}\n:files`,
  '\u001b]0;pwned\u0007\u001b[31mred',
  'a\tb\u202ec',
  '%F{red} \\e[31m \\$(touch pwned)',
  '* ? [a-z] ~ !! !$',
]

/** Users whose usernames would run something in a shell that is careless, and others, `ada-0` and so on, with such names. */
export const hostileUsers = {
  users: [
    ...usernames.map((username, index) => makeUser(index + 1, username, { email: null })),
    ...names.map((name, index) => makeUser(index + 101, `ada-${index}`, { name, email: null })),
  ],
  seats: [],
}

/** The usernames of them that GitLab would allow. */
export const plainNames = names.map((_name, index) => `ada-${index}`)
