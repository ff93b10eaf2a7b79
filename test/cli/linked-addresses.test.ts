import { describe, expect, test } from 'vitest'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { withBothAddOns } from '../support/sample-team.ts'
import { answerWith } from '../support/tampering-proxy.ts'

interface SyncDocument {
  emails: { users: number; hidden: number } | null
  warnings: string[]
}

/** GitLab shows the address of Bob alone. Dora is blocked and holds no seat, so GitLab does not list her. */
const users = [
  makeUser(1, 'ada', { email: null, emails: ['Ada@corp.example', 'ada@old.example'] }),
  makeUser(2, 'Bob', { email: 'bob@public.example', emails: ['BOB@public.example', 'bob@corp.example'] }),
  makeUser(3, 'carol', { email: null, emails: ['carol@corp.example'] }),
  makeUser(4, 'dora', { email: null, emails: ['dora@corp.example'], state: 'blocked' }),
  makeUser(5, 'eve@corp.example', { email: null, emails: ['real-eve@corp.example'], state: 'blocked' }),
]
const facts = { users, seats: [makeSeat(1)], add_on_purchases: [makePurchase({ quantity: 4 })] }

const learned = [
  [1, 'ada@corp.example'],
  [1, 'ada@old.example'],
  [2, 'bob@corp.example'],
  [3, 'carol@corp.example'],
]

const subscription = {
  offering: 'gitlab.com',
  url: 'https://gitlab.com',
  group: 'acme',
  plan: 'ultimate',
  gitlab_version: '18.6.0',
  last_sync_at: null,
}

describe('a sync with the token of an administrator', () => {
  test('a sync with the token of an administrator learns the confirmed addresses of all users, folded, besides the ones that GitLab shows', async () => {
    const team = await openLinkedTeam(facts)
    expect(team.readAddresses()).toEqual(learned)
    const { emails, warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect([emails, warnings]).toEqual([{ users: 3, hidden: 0 }, []])
    expect(team.readAddresses()).toEqual(learned)
  })

  test('a sync with the token of an administrator reads the purchases of both add-ons and learns each address once', async () => {
    const team = await openLinkedTeam({ ...facts, ...withBothAddOns })
    expect(team.readAddresses()).toEqual(learned)
  })

  test('a sync with the token of an administrator forgets an address that the user gave up, and finds it at its next owner', async () => {
    const team = await openLinkedTeam(facts)
    team.changeGitLab(`
      DELETE FROM emails WHERE user_id = 1 AND address = 'ada@old.example';
      UPDATE emails SET address = 'was-carol@corp.example' WHERE user_id = 3;
      INSERT INTO emails VALUES ('carol@corp.example', 1)
    `)
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.readAddresses()).toEqual([
      [1, 'ada@corp.example'],
      [1, 'carol@corp.example'],
      [2, 'bob@corp.example'],
      [3, 'was-carol@corp.example'],
    ])
  })

  test('a sync with the token of an administrator drops an address from the further ones once GitLab shows it', async () => {
    const team = await openLinkedTeam(facts)
    team.changeGitLab(`
      UPDATE users SET email = 'Carol@corp.example' WHERE id = 3; DELETE FROM emails WHERE user_id = 3
    `)
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.readAddresses()).toEqual(learned.slice(0, 3))
  })

  test('a sync with the token of an administrator counts no users whose only addresses are not confirmed as hidden', async () => {
    const unconfirmed = makeUser(6, 'newt', { email: null })
    const team = await openLinkedTeam({ ...facts, users: [...users, unconfirmed] })
    const { emails } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect(emails).toEqual({ users: 4, hidden: 0 })
  })

  test('a sync with the token of an administrator succeeds without addresses when GitLab fails to answer with them, and says so', async () => {
    const team = await openLinkedTeam(facts)
    team.proxy.tamper = ({ variables }) =>
      variables['withAddresses'] === true
        ? {
            status: 200,
            body: JSON.stringify({ data: null, errors: [{ message: 'Timeout on User.emails' }] }),
          }
        : 'pass'
    const { emails, warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect(emails).toBeNull()
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Addresses are missing. GitLab at .* gave up a query: "Timeout on User.emails"\.$/,
      ),
    ])
    expect(team.readAddresses()).toEqual(learned)
  })

  test('a sync with the token of an administrator prints no private address, even with --debug, and writes none to a snapshot', async () => {
    const team = await openLinkedTeam(facts)
    const { stdout, stderr } = await team.run(['sync', '--debug', '--to', 'copy.json'])
    const list = await team.inProcess.run(['list', '--all', '--format', 'json'])
    const printed = [stdout, stderr, list.stdout, team.workdir.read('copy.json')].join('\n')
    expect(printed).toContain('bob@public.example')
    expect(printed).not.toContain('corp.example')
  })
})

describe('a sync with a token from which GitLab hides addresses', () => {
  const hidesEmails = { hidesEmails: true }

  test('a sync with a token from which GitLab hides addresses says how many users are concerned, and learns nothing', async () => {
    const team = await openLinkedTeam(facts, hidesEmails)
    const { emails, warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect([emails, warnings]).toEqual([{ users: 3, hidden: 2 }, []])
    expect((await team.inProcess.run(['sync'])).stderr).toBe(
      'GitLab hides the addresses of 2 of 3 users from this token.\n',
    )
    expect(team.readAddresses()).toEqual([])
  })

  test('a sync with a token from which GitLab hides addresses keeps the addresses that another token has shown', async () => {
    const team = await openLinkedTeam(facts, hidesEmails)
    team.changeOwnStore("INSERT INTO emails VALUES ('ada@corp.example', 1)")
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.readAddresses()).toEqual([[1, 'ada@corp.example']])
  })

  test('the message about an unknown address says so, in the run and in its record', async () => {
    const team = await openLinkedTeam(facts, hidesEmails)
    const message =
      'No known user has the email address "ada@corp.example". GitLab hides the addresses of 2 of 3 users from this token.'
    const names = ['ada@corp.example', 'typo']
    const { results } = await team.inProcess.runForJson(3, ['assign', ...names])
    expect(results.map((result) => result.message)).toEqual([message, 'No user has the username "typo".'])
    const shown = await team.inProcess.runForJson(0, ['runs', 'show', '1'])
    expect(shown.results.map((result) => result.message)).toEqual(results.map((result) => result.message))
    team.workdir.write('list.csv', 'email\nada@corp.example\n')
    await team.inProcess.run(['bulk-assign', 'list.csv', '--rejects', 'rejects.csv'])
    expect(team.workdir.read('rejects.csv')).toContain(message.replaceAll('"', '""'))
  })

  test('an unlinked store says that no user has the address', async () => {
    const team = await openLinkedTeam(facts, hidesEmails)
    await team.inProcess.run(['unlink'])
    const { results } = await team.inProcess.runForJson(3, ['assign', 'ada@corp.example'])
    expect(results.map(({ message }) => message)).toEqual([
      'No user has the email address "ada@corp.example".',
    ])
  })

  test('unknown addresses are not looked up, and a note says why', async () => {
    const team = await openLinkedTeam(facts, hidesEmails)
    const { stderr } = await team.inProcess.run(['assign', 'x@corp.example', 'y@corp.example'])
    expect(stderr).toContain(
      '2 email addresses were not looked up in GitLab. GitLab hides the addresses of 2 of 3 users from this token.\n',
    )
    expect(listLookUps(team)).toEqual([])
  })
})

describe('a sync with a group on GitLab.com', () => {
  test('a sync with a group on GitLab.com learns the primary addresses of enterprise users', async () => {
    const team = await openLinkedTeam({ ...facts, subscription })
    const primary = learned.filter(([, address]) => address !== 'ada@old.example')
    expect(team.readAddresses()).toEqual(primary)
    const { emails, warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect([emails, warnings]).toEqual([{ users: 3, hidden: 0 }, []])
  })

  test('a sync with a group on GitLab.com learns the addresses on every page of enterprise users', async () => {
    const many = Array.from({ length: 730 }, (_, index) =>
      makeUser(index + 1, `user${index + 1}`, { email: null, emails: [`user${index + 1}@corp.example`] }),
    )
    const team = await openLinkedTeam({ ...facts, users: many, subscription })
    expect(team.readAddresses()).toHaveLength(730)
  })

  test('a sync with a group on GitLab.com succeeds where GitLab refuses the list of enterprise users, and says so', async () => {
    const team = await openLinkedTeam({ ...facts, subscription }, { hidesEmails: true })
    const { emails, warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect(emails).toEqual({ users: 3, hidden: 2 })
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Addresses are missing\. GitLab at 127\.0\.0\.1:\d+ refused the request \(403\)/,
      ),
    ])
  })

  test('a sync with a group on GitLab.com succeeds with a GitLab that has no list of enterprise users, and says so', async () => {
    const team = await openLinkedTeam({ ...facts, subscription }, { version: '17.6' })
    const { warnings } = await team.inProcess.runForJson<SyncDocument>(0, ['sync'])
    expect(warnings).toContain(
      'Addresses are missing. GitLab has no list of enterprise users for this token (404).',
    )
  })

  test('unknown addresses are not looked up, and a note says why', async () => {
    const team = await openLinkedTeam({ ...facts, subscription })
    const { stderr } = await team.inProcess.run(['assign', 'x@corp.example'])
    expect(stderr).toContain(
      '1 email address was not looked up in GitLab. On GitLab.com, only a sync reads addresses.\n',
    )
    expect(listLookUps(team)).toEqual([])
  })
})

/** The addresses that were looked up, in order. */
function listLookUps({ proxy }: Awaited<ReturnType<typeof openLinkedTeam>>): unknown[] {
  return proxy.seen
    .filter(({ operation }) => operation === 'FindUsersByAddress')
    .map(({ variables }) => variables['address'])
}

describe('a run with addresses that the store does not contain', () => {
  test('a run with addresses that the store does not contain finds users who are missing in the lists of GitLab, and keeps their addresses', async () => {
    const team = await openLinkedTeam(facts)
    const names = ['Dora@Corp.example', 'typo@corp.example', 'ADA@old.example', 'carol@corp.example']
    const { results } = await team.inProcess.runForJson(3, ['assign', ...names])
    expect(results.map(({ username, outcome }) => [username, outcome])).toEqual([
      ['dora', 'invalid_user_membership'],
      [null, 'user_not_found'],
      ['ada', 'already_assigned'],
      ['carol', 'assigned'],
    ])
    expect(listLookUps(team).toSorted()).toEqual(['dora@corp.example', 'typo@corp.example'])
    expect(team.readAddresses()).toEqual([...learned, [4, 'dora@corp.example']])
  })

  test('a run with addresses that the store does not contain does not take a user whose name is the address', async () => {
    const team = await openLinkedTeam(facts)
    await team.inProcess.run(['assign', 'eve@corp.example'])
    expect(listLookUps(team)).toEqual(['eve@corp.example'])
    expect(team.readAddresses()).toEqual(learned)
    expect(team.readOwnStore()['users']).toHaveLength(3)
  })

  test.each([
    ['assign', 'dora@corp.example'],
    ['unassign', 'dora@corp.example'],
    ['bulk-assign', 'list.csv'],
    ['bulk-unassign', 'list.csv'],
    ['apply', 'list.csv', '--yes'],
    ['reclaim', '--inactive-for', '60d', '--except', 'list.csv'],
  ])('%s looks addresses up, and with --no-lookup does not', async (...command) => {
    const team = await openLinkedTeam(facts)
    team.workdir.write('list.csv', 'email\ndora@corp.example\nada@old.example\n')
    await team.inProcess.run([...command, '--no-lookup'])
    expect(listLookUps(team)).toEqual([])
    await team.inProcess.run([...command])
    expect(listLookUps(team)).toEqual(['dora@corp.example'])
  })

  test('a run with addresses that the store does not contain prints beforehand that it looks up a thousand addresses or more', async () => {
    const team = await openLinkedTeam(facts)
    // The proxy answers most lookups: GitLab would take longer.
    team.proxy.tamper = ({ variables: { address } }) =>
      String(address).startsWith('x') ? answerWith({ data: { users: { nodes: [] } } }) : 'pass'
    const many = Array.from({ length: 1_000 }, (_, index) => `x${index}@corp.example`)
    team.workdir.write('many.csv', `email\n${many.join('\n')}\n`)
    team.workdir.write('fewer.csv', 'email\ndora@corp.example\n')
    const sentence = 'Looking up 1,000 email addresses in GitLab, one by one. --no-lookup leaves this out.\n'
    const run = async (...args: string[]) =>
      (await team.inProcess.run(['bulk-assign', ...args, '--dry-run'])).stderr
    expect(await run('many.csv')).toContain(sentence)
    expect(new Set(listLookUps(team)).size).toBe(1_000)
    expect(await run('fewer.csv')).not.toContain('Looking up')
    expect(await run('many.csv', '--no-lookup')).not.toContain('Looking up')
  })

  test('a run with addresses that the store does not contain prints no address that was looked up with --debug, and records none in the options of the run', async () => {
    const team = await openLinkedTeam(facts)
    team.workdir.write('list.csv', 'email\ndora@corp.example\n')
    const { stderr } = await team.inProcess.run(['bulk-assign', 'list.csv', '--debug'])
    expect(stderr).toContain('GitLab: POST /api/graphql FindUsersByAddress answered 200')
    expect(stderr).not.toContain('corp.example')
    expect(JSON.stringify(team.readOwnStore()['runs'])).not.toContain('corp.example')
  })
})

describe('addresses with letters outside ASCII', () => {
  const spelt = [
    makeUser(1, 'juergen', { email: 'JÜRGEN@corp.example' }),
    makeUser(2, 'zoe', { email: null, emails: ['ZOE\u0308@corp.example'] }),
    makeUser(3, 'ada', { email: 'ADA@corp.example' }),
  ]
  const folded = [
    [1, 'jürgen@corp.example'],
    [2, 'zoë@corp.example'],
  ]

  test('addresses with letters outside ASCII are kept in their folded form, since SQLite folds the letters of ASCII only', async () => {
    const team = await openLinkedTeam({ ...facts, users: spelt })
    expect(team.readAddresses()).toEqual(folded)
  })

  test('addresses with letters outside ASCII are kept where GitLab hides all but the shown one, until it shows another', async () => {
    const team = await openLinkedTeam({ ...facts, users: spelt }, { hidesEmails: true })
    expect(team.readAddresses()).toEqual(folded.slice(0, 1))
    team.changeGitLab("UPDATE users SET email = 'jo@corp.example' WHERE id = 1")
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.readAddresses()).toEqual([])
  })
})
