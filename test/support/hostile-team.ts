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

/** Users with shell code in the username, and users `ada-0`, `ada-1` and so on with shell code in the name. */
export const hostileUsers = {
  users: [
    ...usernames.map((username, index) => makeUser(index + 1, username, { email: null })),
    ...names.map((name, index) => makeUser(index + 101, `ada-${index}`, { name, email: null })),
  ],
  seats: [],
}

/** Those usernames that GitLab would allow. */
export const plainNames = names.map((_name, index) => `ada-${index}`)
