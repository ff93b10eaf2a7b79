import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { readWholeSnapshot } from '../support/read-whole-snapshot.ts'

const now = new Date('2026-03-02T12:00:00Z')
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'duo-seats-snapshot-'))

afterAll(() => rmSync(directory, { recursive: true }))

function writeInput(content: string | Uint8Array): string {
  const path = join(directory, 'snapshot.json')
  writeFileSync(path, content)
  return path
}

async function catchError(path: string): Promise<UserError> {
  const error = await readWholeSnapshot(path, now).catch((reason: unknown) => reason)
  if (error instanceof UserError) return error
  throw new Error(`No UserError for ${path}`, { cause: error })
}

/** Returns the lines of the message, with FILE for the path. */
async function listFaults(content: string | Uint8Array): Promise<string[]> {
  const path = writeInput(content)
  const { message, exit } = await catchError(path)
  expect(exit).toBe('usage')
  return message.replace(path, 'FILE').split('\n')
}

const ada = { id: 7, username: 'ada', name: 'Ada L.', state: 'active', type: 'human' }
const duoPro = { id: 1, add_on: 'duo-pro', quantity: 2 }
const subscription = {
  offering: 'self-managed',
  url: 'https://gitlab.example.com',
  plan: 'ultimate',
  gitlab_version: '17.11.2',
}

/** Writes a small snapshot with some keys changed, or removed if they are undefined. */
function makeJson(changes?: Record<string, unknown>): string {
  return JSON.stringify({
    schema: 1,
    taken_at: '2026-03-02T08:00:00Z',
    subscription,
    add_on_purchases: [duoPro],
    users: [ada],
    seats: [{ add_on_purchase_id: 1, user_id: 7 }],
    ...changes,
  })
}

const smallest = {
  snapshot: {
    takenAt: '2026-03-02T08:00:00.000Z',
    subscription: {
      offering: 'self-managed',
      url: 'https://gitlab.example.com',
      group: null,
      plan: 'ultimate',
      gitlabVersion: '17.11.2',
      lastSyncAt: null,
    },
    addOnPurchases: [
      { id: 1, addOn: 'duo-pro', quantity: 2, startedOn: null, expiresOn: null, trial: false },
    ],
    users: [
      {
        id: 7,
        username: 'ada',
        name: 'Ada L.',
        email: null,
        state: 'active',
        type: 'human',
        member: true,
        lastActivityOn: null,
        lastDuoActivityOn: null,
      },
    ],
    seats: [{ addOnPurchaseId: 1, userId: 7, assignedAt: null }],
  },
  unknownKeys: [],
  unknownValues: [],
}

describe('readSnapshot', () => {
  test('readSnapshot returns null for a missing value, and true for a missing member', async () => {
    expect(await readWholeSnapshot(writeInput(makeJson()), now)).toEqual(smallest)
  })

  test('readSnapshot returns every value of the file', async () => {
    expect(await readWholeSnapshot(join(fixtures, 'snapshots/gitlab-com.json'), now)).toEqual({
      snapshot: {
        takenAt: '2026-03-02T08:00:00.000Z',
        subscription: {
          offering: 'gitlab.com',
          url: 'https://gitlab.com',
          group: 'acme',
          plan: 'premium',
          gitlabVersion: '18.10.0-pre',
          lastSyncAt: null,
        },
        addOnPurchases: [
          {
            id: 2101,
            addOn: 'duo-pro',
            quantity: 3,
            startedOn: '2026-01-15',
            expiresOn: '2099-01-15',
            trial: false,
          },
          {
            id: 2102,
            addOn: 'duo-enterprise',
            quantity: 2,
            startedOn: '2026-02-01',
            expiresOn: '2099-02-01',
            trial: true,
          },
        ],
        users: [
          {
            id: 900101,
            username: 'nora',
            name: 'Nora Lind',
            email: 'nora@example.com',
            state: 'active',
            type: 'human',
            member: true,
            lastActivityOn: '2026-03-01',
            lastDuoActivityOn: '2026-02-25',
          },
          {
            id: 900102,
            username: 'Omar.Haddad',
            name: 'Omar Haddad',
            email: null,
            state: 'active',
            type: 'human',
            member: true,
            lastActivityOn: '2026-02-27',
            lastDuoActivityOn: null,
          },
          {
            id: 900103,
            username: 'priya',
            name: 'Priya Nair',
            email: null,
            state: 'active',
            type: 'human',
            member: true,
            lastActivityOn: '2026-03-02',
            lastDuoActivityOn: '2026-03-02',
          },
          {
            id: 900104,
            username: 'quentin',
            name: 'Quentin Roy',
            email: null,
            state: 'active',
            type: 'human',
            member: false,
            lastActivityOn: '2026-02-11',
            lastDuoActivityOn: null,
          },
          {
            id: 900105,
            username: 'acme_release_bot',
            name: 'Release bot',
            email: null,
            state: 'active',
            type: 'service_account',
            member: true,
            lastActivityOn: null,
            lastDuoActivityOn: null,
          },
        ],
        seats: [
          { addOnPurchaseId: 2101, userId: 900101, assignedAt: '2026-01-20T10:00:00.000Z' },
          { addOnPurchaseId: 2102, userId: 900103, assignedAt: null },
        ],
      },
      unknownKeys: [],
      unknownValues: [],
    })
  })

  test('readSnapshot accepts a byte order mark', async () => {
    expect(await readWholeSnapshot(writeInput(`\uFEFF${makeJson()}`), now)).toEqual(smallest)
  })

  test('readSnapshot returns times with milliseconds', async () => {
    const taken = makeJson({ taken_at: '2026-03-02T08:00:00.123456Z' })
    const { snapshot } = await readWholeSnapshot(writeInput(taken), now)
    expect(snapshot.takenAt).toBe('2026-03-02T08:00:00.123Z')
  })

  test('readSnapshot returns null for an empty email address', async () => {
    const users = [{ ...ada, email: '' }]
    expect(await readWholeSnapshot(writeInput(makeJson({ users })), now)).toEqual(smallest)
  })

  test('readSnapshot accepts a snapshot taken a day ahead, because clocks differ', async () => {
    const ahead = makeJson({ taken_at: '2026-03-03T12:00:00Z' })
    const { snapshot } = await readWholeSnapshot(writeInput(ahead), now)
    expect(snapshot.takenAt).toBe('2026-03-03T12:00:00.000Z')
  })

  test('readSnapshot lists each unknown key once', async () => {
    const json = makeJson({
      subscription: { ...subscription, notes: [] },
      add_on_purchases: [{ ...duoPro, '\u001b[31m': 1 }],
      users: [
        { ...ada, nickname: 'a', 'shoe size': 38 },
        { ...ada, id: 8, username: 'grace', nickname: 'g', constructor: 1 },
      ],
      seats: [{ add_on_purchase_id: 1, user_id: 7, note: { deep: true } }],
      $schema: './snapshot.schema.json',
      comment: '',
    })
    const { unknownKeys } = await readWholeSnapshot(writeInput(json), now)
    expect(unknownKeys).toEqual([
      'comment',
      'subscription.notes',
      'add_on_purchases[]["\\u001b[31m"]',
      'users[].nickname',
      'users[]["shoe size"]',
      'users[].constructor',
      'seats[].note',
    ])
  })
})

describe('the values of a newer GitLab', () => {
  test('readSnapshot accepts unknown states and types, and describes each once, at most five', async () => {
    const values = ['asleep', 'asleep', 'active', 's1', 's2', 's3', 's4', 's5']
    const users = values.map((state, index) => ({ ...ada, id: index + 1, username: `user${index}`, state }))
    const { snapshot, unknownValues } = await readWholeSnapshot(
      writeInput(makeJson({ users: [{ ...ada, id: 99, type: 'cyborg' }, ...users], seats: [] })),
      now,
    )
    expect(snapshot.users.slice(1).map(({ state }) => state)).toEqual(values)
    expect(unknownValues).toEqual([
      'The snapshot has users with the type "cyborg", which this version of duo-seats does not support. They count as not eligible.',
      ...['asleep', 's1', 's2', 's3'].map(
        (state) =>
          `The snapshot has users with the state "${state}", which this version of duo-seats does not support. They count as not eligible.`,
      ),
    ])
  })
})

describe('the faults of a snapshot', () => {
  test('readSnapshot lists the place, the expected value and the actual value of a fault', async () => {
    expect(await listFaults(makeJson({ users: [{ ...ada, state: 'Sleeping' }] }))).toEqual([
      'FILE is not a valid snapshot: 1 fault.',
      '  users[0].state: expected "active" | "blocked" | "ldap_blocked" | "banned" | "deactivated" | "blocked_pending_approval", got "Sleeping"',
    ])
  })

  test('readSnapshot reports the expected value of a missing key', async () => {
    const changes = { schema: undefined, subscription: undefined, users: [{ ...ada, id: undefined }] }
    expect(await listFaults(makeJson(changes))).toEqual([
      'FILE is not a valid snapshot: 3 faults.',
      '  schema: expected 1, got nothing',
      '  subscription: expected an object, got nothing',
      '  users[0].id: expected a whole number above 0, got nothing',
    ])
  })

  test('readSnapshot lists faults of the schema and between the parts together, in the order of the file', async () => {
    const json = makeJson({
      taken_at: '2026-03-03T12:00:01Z',
      add_on_purchases: [duoPro, { ...duoPro, quantity: 5 }, { ...duoPro, id: 3, quantity: -1 }],
      users: [
        ada,
        { ...ada, username: 'grace' },
        { ...ada, id: 8, username: 'ADA', last_activity_on: null },
        { ...ada, id: 9, username: 'linus' },
        { ...ada, id: 10, username: 'Linus' },
      ],
      seats: [
        { add_on_purchase_id: 1, user_id: 7 },
        { add_on_purchase_id: 1, user_id: 99 },
        { add_on_purchase_id: 1, user_id: 7, assigned_at: '2026-01-05T09:12:00Z' },
        { add_on_purchase_id: 44, user_id: 7, assigned_at: '2026-02-30T09:12:00Z' },
      ],
    })
    expect(await listFaults(json)).toEqual([
      'FILE is not a valid snapshot: 10 faults.',
      '  taken_at: expected a time no later than "2026-03-03T12:00:00.000Z", a day from now, got "2026-03-03T12:00:01Z"',
      '  add_on_purchases[1].id: expected a value different from add_on_purchases[0].id, got 1',
      '  add_on_purchases[1].add_on: expected a value different from add_on_purchases[0].add_on, got "duo-pro"',
      '  add_on_purchases[2].quantity: expected a whole number, 0 or more, got -1',
      '  users[1].id: expected a value different from users[0].id, got 7',
      '  users[2].username: expected a value different from users[0].username, got "ADA"',
      '  users[4].username: expected a value different from users[3].username, got "Linus"',
      '  seats[1].user_id: expected the id of a user, got 99',
      '  seats[2]: expected a value different from seats[0], got {"add_on_purchase_id":1,"user_id":7}',
      '  seats[3].assigned_at: expected a time in UTC such as "2026-01-31T08:00:00Z", or null, got "2026-02-30T09:12:00Z"',
    ])
  })

  test('readSnapshot reports a seat of an unknown purchase', async () => {
    expect(await listFaults(makeJson({ seats: [{ add_on_purchase_id: 44, user_id: 7 }] }))).toEqual([
      'FILE is not a valid snapshot: 1 fault.',
      '  seats[0].add_on_purchase_id: expected the id of a purchase, got 44',
    ])
  })

  test('readSnapshot does not report the user of a seat as unknown if a user is broken', async () => {
    expect(await listFaults(makeJson({ users: [{ ...ada, username: ' ada' }] }))).toEqual([
      'FILE is not a valid snapshot: 1 fault.',
      '  users[0].username: expected a name of 1 to 255 characters without spaces around it, got " ada"',
    ])
  })

  test('readSnapshot requires a group on gitlab.com, and refuses one elsewhere', async () => {
    const com = { ...subscription, offering: 'gitlab.com' }
    const selfManaged = { ...subscription, group: 'acme' }
    expect(await listFaults(makeJson({ subscription: com }))).toEqual([
      'FILE is not a valid snapshot: 1 fault.',
      '  subscription.group: expected the path of the top-level group, as the offering is gitlab.com, got nothing',
    ])
    expect(await listFaults(makeJson({ subscription: selfManaged }))).toEqual([
      'FILE is not a valid snapshot: 1 fault.',
      '  subscription.group: expected null, as a self-managed GitLab is one scope, got "acme"',
    ])
  })

  test('readSnapshot shortens and escapes the actual values', async () => {
    const users = [
      [1, 2],
      null,
      'x'.repeat(500),
      { ...ada, state: '\u001b[31m\u009b\u202e\n' },
      { ...ada, state: { of: { mind: 'calm' } } },
    ]
    expect(await listFaults(makeJson({ users }))).toEqual([
      'FILE is not a valid snapshot: 5 faults.',
      '  users[0]: expected an object, got [1,2]',
      '  users[1]: expected an object, got null',
      `  users[2]: expected an object, got "${'x'.repeat(60)}"…`,
      '  users[3].state: expected "active" | "blocked" | "ldap_blocked" | "banned" | "deactivated" | "blocked_pending_approval", got "\\u001b[31m\\u009b\\u202e\\n"',
      '  users[4].state: expected "active" | "blocked" | "ldap_blocked" | "banned" | "deactivated" | "blocked_pending_approval", got {"of":"…"}',
    ])
  })

  test('readSnapshot refuses a document of any depth', async () => {
    const depth = 100_000
    expect(await listFaults(`${'[{"":'.repeat(depth)}1${'}]'.repeat(depth)}`)).toEqual([
      'FILE is not a valid snapshot: 1 fault.',
      '  the document: expected an object, got ["…"]',
    ])
  })

  test('readSnapshot lists 20 faults and counts all', async () => {
    const users = Array.from({ length: 5_000 }, (_, index) => ({
      ...ada,
      id: index + 1,
      username: `user${index}`,
      state: 1,
    }))
    const lines = await listFaults(makeJson({ users, seats: [] }))
    expect(lines).toHaveLength(22)
    expect([lines[0], lines[1]?.slice(0, 16), lines[20]?.slice(0, 17), lines[21]]).toEqual([
      'FILE is not a valid snapshot: 5,000 faults.',
      '  users[0].state',
      '  users[19].state',
      '  and 4,980 more',
    ])
  })

  test.each([
    ['wrong-state', '1 fault.'],
    ['user-in-another-case', '1 fault.'],
    ['seat-of-unknown-user', '1 fault.'],
    ['negative-quantity', '1 fault.'],
    ['many-faults', '25 faults.'],
  ])('readSnapshot refuses the fixture %s', async (name, faults) => {
    const path = join(fixtures, `snapshots/bad/${name}.json`)
    const { message } = await catchError(path)
    expect(message.split('\n')[0]).toBe(`${path} is not a valid snapshot: ${faults}`)
  })
})

describe('the keys of a snapshot', () => {
  const parts = JSON.parse(makeJson()) as Record<string, unknown>

  function makeReversed(changes: object = {}): string {
    return JSON.stringify(Object.fromEntries(Object.entries({ ...parts, ...changes }).reverse()))
  }

  test('the keys of a snapshot may stand in any order', async () => {
    expect(await readWholeSnapshot(writeInput(makeReversed()), now)).toEqual(smallest)
  })

  test('the keys of a snapshot lead to the same faults in any order', async () => {
    const changes = {
      taken_at: '2027-01-01T00:00:00Z',
      users: [ada, { ...ada, username: 'grace' }],
      seats: [
        { add_on_purchase_id: 44, user_id: 7 },
        { add_on_purchase_id: 1, user_id: 8 },
        { add_on_purchase_id: 1, user_id: 8 },
      ],
      groups: [{ full_path: 'acme', members: [{ username: 'typo', role: 'owner' }] }],
    }
    const faults = await listFaults(makeReversed(changes))
    expect(faults).toEqual(await listFaults(makeJson(changes)))
    expect(faults).toHaveLength(8)
  })

  test('the keys of a snapshot may not repeat a long list', async () => {
    const json = makeJson()
    expect(await listFaults(`${json.slice(0, -1)},"users":[]}`)).toEqual([
      'FILE is not a valid snapshot: 1 fault.',
      '  users: expected a key that occurs once, got []',
    ])
  })
})

describe('a snapshot in a pipe', () => {
  test('readSnapshot reads a FIFO', async () => {
    const path = join(directory, 'fifo')
    execFileSync('mkfifo', [path])
    const [answer] = await Promise.all([readWholeSnapshot(path, now), writeFile(path, makeJson())])
    expect(answer).toEqual(smallest)
  })

  test('readSnapshot stops waiting for a FIFO when the signal is aborted', async () => {
    const path = join(directory, 'silent-fifo')
    execFileSync('mkfifo', [path])
    const controller = new AbortController()
    const reading = readWholeSnapshot(path, now, controller.signal)
    const writer = await open(path, 'w')
    await writer.writeFile('{"schema": 1,')
    controller.abort(new Error('interrupted'))
    await expect(reading).rejects.toThrow('interrupted')
    await writer.close()
  })
})

describe('a file that is not JSON', () => {
  test('readSnapshot reports line and column of a JSON syntax error', async () => {
    const path = join(fixtures, 'snapshots/bad/not-json.json')
    expect((await catchError(path)).message).toBe(
      `${path} is not JSON: line 10, column 5: Expected ',' or '}' after property value.`,
    )
  })

  test.each<[string, string, string]>([
    ['a wrong value', '{"schema": 1,\n "é": nul}', "line 2, column 10: Unexpected token '}'"],
    [
      'a character outside the basic plane before the fault',
      '{"\u{1f98a}": x}',
      "line 1, column 8: Unexpected token 'x'",
    ],
    [
      'a character outside the basic plane',
      '{"a": \u{1f98a}}',
      "line 1, column 7: Unexpected token '\u{1f98a}'",
    ],
    [
      'a text behind the document',
      '{}\n{}',
      'line 2, column 1: Unexpected non-whitespace character after JSON',
    ],
    [
      'a missing colon behind any key',
      '{"schema": 1, "users" []}',
      "line 1, column 23: Expected ':' after property name",
    ],
    ['a number with a leading zero', '{"schema": 1, "a": 01}', 'line 1, column 21: Unexpected number'],
    [
      'a fault behind words of a message',
      '{"at position 9": 1, "end of JSON": x}',
      "line 1, column 37: Unexpected token 'x'",
    ],
    [
      'a missing comma between users',
      '{"users": [{"id": 1}\n{"id": 2}]}',
      "line 2, column 1: Expected ',' or ']' after array element",
    ],
    ['the header of a CSV', 'username\nada\n', "line 1, column 1: Unexpected token 'u'"],
    ['a byte order mark before the fault', '\uFEFF{x', "line 1, column 2: Expected property name or '}'"],
    ['no end', '{"users": [', 'line 1, column 12: Unexpected end of JSON input'],
  ])('readSnapshot prints line and column of %s', async (_name, content, problem) => {
    expect(await listFaults(content)).toEqual([`FILE is not JSON: ${problem}.`])
  })

  test.each<[string, string | Uint8Array, string]>([
    ['is cut off', '{"schema": 1', 'is not JSON: '],
    ['is a CSV', 'username\nada\n', 'is not JSON: '],
    ['has 0 bytes', '', 'is empty.'],
    ['has a byte order mark and blank lines alone', '\uFEFF\r\n \n', 'is empty.'],
    ['is UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), 'is not UTF-8.'],
    ['is Latin-1', Buffer.from('{"name": "Zoë"}', 'latin1'), 'is not UTF-8.'],
  ])('readSnapshot refuses a file that %s', async (_name, content, problem) => {
    const [line, ...rest] = await listFaults(content)
    expect(line?.startsWith(`FILE ${problem}`), line).toBe(true)
    expect(rest).toEqual([])
  })

  test('readSnapshot refuses a missing file and a directory', async () => {
    const missing = join(directory, 'missing.json')
    const folder = join(directory, 'folder')
    mkdirSync(folder)
    expect((await catchError(missing)).message).toBe(`The file ${missing} does not exist.`)
    expect((await catchError(folder)).message).toBe(`${folder} is a directory, not a file.`)
  })
})

describe('a separate process', () => {
  const shared = mkdtempSync(join(tmpdir(), 'duo-seats-snapshot-process-'))
  const program = join(shared, 'program.mjs')
  const reader = fileURLToPath(new URL('../support/read-whole-snapshot.ts', import.meta.url))

  beforeAll(async () => {
    await build({
      stdin: {
        contents: `import { readWholeSnapshot } from ${JSON.stringify(reader)}
          // The superuser may read every file, so this process becomes another user.
          if (process.argv[4] === 'unprivileged' && process.getuid() === 0) process.setuid(65534)
          const answer = await readWholeSnapshot(process.argv[2], new Date(process.argv[3])).catch(({ message }) => message)
          process.stdout.write(JSON.stringify(answer))`,
        resolveDir: fixtures,
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    })
  })

  afterAll(() => rmSync(shared, { recursive: true }))

  async function runReader(path: string, input: Uint8Array | string, user = ''): Promise<unknown> {
    const child = spawn(process.execPath, [program, path, now.toISOString(), user])
    child.stderr.pipe(process.stderr)
    child.stdin.end(input)
    return JSON.parse(await text(child.stdout))
  }

  test('a separate process reads standard input as -', async () => {
    expect(await runReader('-', makeJson())).toEqual(smallest)
    expect(await runReader('-', readFileSync(join(fixtures, 'snapshot.json')))).toEqual(
      await readWholeSnapshot(join(fixtures, 'snapshot.json'), now),
    )
  })

  test('a separate process names standard input in its faults', async () => {
    expect(await runReader('-', '')).toBe('standard input is empty.')
    expect(await runReader('-', makeJson({ seats: 1 }))).toBe(
      'standard input is not a valid snapshot: 1 fault.\n  seats: expected an array, got 1',
    )
  })

  test('a separate process reports a missing permission', async () => {
    const path = join(shared, 'secret.json')
    writeFileSync(path, makeJson(), { mode: 0o000 })
    expect(await runReader(path, '', 'unprivileged')).toBe(`You do not have permission to read ${path}.`)
  })
})
