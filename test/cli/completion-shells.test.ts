import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hostileUsers, plainNames } from '../support/hostile-team.ts'
import { makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { openTeam, withBothAddOns } from '../support/sample-team.ts'
import { isInstalled, type TestedShell, typeInShell } from '../support/type-in-shell.ts'
import type { Workdir } from '../support/workdir.ts'

/** Keys typed after `duo-seats`, and the arguments that the program gets after Enter. */
const lines: [keys: string, args: string[]][] = [
  ['bulk-a\tpeo\t', ['bulk-assign', 'people.csv']],
  ['assign ad\t', ['assign', 'ada']],
  ['assign CAR\tad\t', ['assign', 'carol', 'ada']],
  ['assign @bo\t --dry\t', ['assign', '@Bob', '--dry-run']],
  ['assign "ad\t', ['assign', 'ada']],
  ["assign 'car\t", ['assign', 'carol']],
  ['assign --add-on duo-e\tev\t', ['assign', '--add-on', 'duo-enterprise', 'eve']],
  ['list --format=nd\t', ['list', '--format=ndjson']],
  ['list --sort last-d\t', ['list', '--sort', 'last-duo-activity']],
  ['runs --user fra\t', ['runs', '--user', 'frank']],
  ['runs sh\t1\t', ['runs', 'show', '1']],
  ['sync --from peo\t', ['sync', '--from', 'people.csv']],
  ['sync --from=peo\t', ['sync', '--from=people.csv']],
  ['undo 1 --report jun\tpeo\t', ['undo', '1', '--report', 'junit=people.csv']],
  ['undo 1 --report=jun\tpeo\t', ['undo', '1', '--report=junit=people.csv']],
  ['sync --from my\t', ['sync', '--from', 'my people.json']],
  ['--store "an other.db" assign ze\t', ['--store', 'an other.db', 'assign', 'zenobia']],
  ['--store an\\ other.db assign ze\t', ['--store', 'an other.db', 'assign', 'zenobia']],
  ['help exit\t', ['help', 'exit-codes']],
  ['assign nobody\t', ['assign', 'nobody']],
  ['assign peo\t', ['assign', 'peo']],
]

/** Creates a team with one run, a second store and some files. */
async function openWorkplace(): Promise<Workdir> {
  const workdir = await openTeam(withBothAddOns)
  await workdir.inProcess.runExpecting(0, ['assign', 'carol', '--add-on', 'duo-pro'])
  const snapshot = makeSnapshot({ users: [makeUser(1, 'zenobia')] })
  await workdir.inProcess.runExpecting(0, ['sync', '--from', '-', '--store', 'an other.db'], {
    stdin: JSON.stringify(snapshot),
  })
  workdir.write('people.csv', '')
  workdir.write('my people.json', '')
  return workdir
}

describe.for<TestedShell>(['bash', 'zsh', 'fish'])('%s', (shell) => {
  // bash is a requirement of these tests.
  const isMissing = shell !== 'bash' && !isInstalled(shell)

  test.skipIf(isMissing)(
    'completion in a shell completes commands, options, values, users, runs and files',
    async () => {
      const workdir = await openWorkplace()
      const typed = await typeInShell(
        workdir,
        shell,
        lines.map(([keys]) => `duo-seats ${keys}`),
        'in-process',
      )
      expect(typed.args, typed.screen).toEqual(lines.map(([, args]) => args))
    },
  )

  test.skipIf(isMissing)(
    'completion in a shell lists users with their names if their usernames begin alike',
    async () => {
      const workdir = await openTeam()
      const { screen } = await typeInShell(workdir, shell, [`duo-seats assign twin-\t\t${insteadOfIt}`])
      expect(screen).toMatch(/twin-one .*TWIN-ONE.*twin-two .*TWIN-TWO/s)
    },
  )

  test.skipIf(isMissing)('completion in a shell does not evaluate names or words of the line', async () => {
    const workdir = await openTeam(hostileUsers)
    const { screen, args } = await typeInShell(
      workdir,
      shell,
      [
        'duo-seats assign ada-0\t',
        `duo-seats assign $(touch pwned) \`touch pwned\` ada-\t\t${insteadOfIt}`,
        `duo-seats assign ada\t\t\t${insteadOfIt}`,
        `duo-seats assign "ada-\t\t${insteadOfIt}`,
        `duo-seats assign \t\t\t${insteadOfIt}`,
      ],
      'in-process',
    )
    expect(args).toEqual([['assign', 'ada-0'], ['instead'], ['instead'], ['instead'], ['instead']])
    for (const name of plainNames) expect(screen).toContain(name)
    expect(screen).not.toMatch(marksOfHarm)
    expect(existsSync(workdir.join('pwned'))).toBe(false)
  })
})

/** Clears the line and the list below it, then enters another line. */
const killLine = '\u0015'
const insteadOfIt = `${killLine}${killLine}duo-seats instead`

/** Escape sequences of a name, a mark that reverses text, and usernames that need quotes. */
const marksOfHarm = /\u001b]0;pwned|\u001b\[31mred|\u202e|lovelace|beside|\$HOME/
