import { readFileSync, writeFileSync } from 'node:fs'
import { Validator } from '@cfworker/json-schema'
import { toJsonSchema } from '@valibot/to-json-schema'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { snapshotSchema } from '../../src/input/snapshot/snapshot-schema.ts'
import { checkSnapshot } from '../support/read-whole-snapshot.ts'

const fixtures = new URL('../../fixtures/', import.meta.url)
const published = new URL('snapshot.schema.json', fixtures)
const now = new Date('2026-03-02T08:00:00Z')

function generateJsonSchema(): Record<string, unknown> {
  const { $schema, title, description, ...schema } = toJsonSchema(snapshotSchema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    ignoreActions: ['check'],
    // The generator drops patterns with flags; JSON Schema reads every pattern as Unicode anyway.
    overrideAction: ({ valibotAction, jsonSchema }) =>
      'requirement' in valibotAction && valibotAction.requirement instanceof RegExp
        ? { ...jsonSchema, pattern: valibotAction.requirement.source }
        : null,
  })
  return { $schema, $id: 'urn:duo-seats:snapshot:1', title, description, ...schema }
}

function readJson(url: URL): unknown {
  return JSON.parse(readFileSync(url, 'utf8'))
}

const { UPDATE_FIXTURES } = process.env
if (UPDATE_FIXTURES === '1') writeFileSync(published, `${JSON.stringify(generateJsonSchema(), null, 2)}\n`)

const validator = new Validator(readJson(published) as object, '2020-12')

/** Reads the document from JSON, which turns an undefined value into null. */
function acceptsAsJsonSchema(document: unknown): boolean {
  return validator.validate(JSON.parse(JSON.stringify(document) ?? 'null')).valid
}

function acceptsAsSchema(document: unknown): boolean {
  return v.safeParse(snapshotSchema, document).success
}

/** Runs the three checks on a document. Only the last one compares its parts. */
function judge(document: unknown) {
  return {
    schema: acceptsAsSchema(document),
    jsonSchema: acceptsAsJsonSchema(document),
    check: checkSnapshot(document, now).snapshot !== null,
  }
}

const accepted = { schema: true, jsonSchema: true, check: true }
const refused = { schema: false, jsonSchema: false, check: false }

const goodFixtures = ['snapshot.json', 'snapshots/gitlab-com.json']

type Path = readonly (string | number)[]

/** Replaces the value at a path, or removes its key if the value is undefined. */
function mutate(document: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(document))
    return document.map((element, index) => (index === step ? mutate(element, rest, value) : element))
  const entries = Object.entries(document as object).filter(([key]) => key !== step)
  const changed = mutate((document as Record<string, unknown>)[step], rest, value)
  return Object.fromEntries(changed === undefined ? entries : [...entries, [String(step), changed]])
}

function listPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  const inner = steps.flatMap((step) => listPaths((value as Record<string, unknown>)[step], [...path, step]))
  return [path, ...inner]
}

const small = readJson(new URL('snapshots/gitlab-com.json', fixtures))
const scope = ['subscription']
const purchase = ['add_on_purchases', 0]
const user = ['users', 0]
const seat = ['seats', 0]

describe('the published JSON Schema', () => {
  test('the published JSON Schema matches the schema in the code', () => {
    expect(readJson(published), 'Update it: UPDATE_FIXTURES=1 npm test').toEqual(generateJsonSchema())
  })

  test.each(goodFixtures)('the published JSON Schema accepts %s like the code', (name) => {
    expect(judge(readJson(new URL(name, fixtures)))).toEqual(accepted)
  })

  test.each<[string, Path, unknown]>([
    ['a document that is an array', [], []],
    ['a document that is null', [], null],
    ['another version of the format', ['schema'], 2],
    ['a version that is a text', ['schema'], '1'],
    ['no version', ['schema'], undefined],
    ['no taken_at', ['taken_at'], undefined],
    ['a required time that is null', ['taken_at'], null],
    ['a time with an offset', ['taken_at'], '2026-03-02T08:00:00+01:00'],
    ['a time without a zone', ['taken_at'], '2026-03-02T08:00:00'],
    ['a time of 24:00', ['taken_at'], '2026-03-01T24:00:00Z'],
    ['a day instead of a time', ['taken_at'], '2026-03-02'],
    ['no subscription', scope, undefined],
    ['a subscription that is a list', scope, []],
    ['an unknown offering', [...scope, 'offering'], 'dedicated'],
    ['gitlab.com without a group', [...scope, 'group'], undefined],
    ['gitlab.com with a group that is null', [...scope, 'group'], null],
    ['gitlab.com with a group that is empty', [...scope, 'group'], ''],
    ['self-managed with a group', [...scope, 'offering'], 'self-managed'],
    ['an address without http', [...scope, 'url'], 'gitlab.example.com'],
    ['a javascript: address', [...scope, 'url'], 'javascript:alert(1)'],
    ['a malformed version of GitLab', [...scope, 'gitlab_version'], 'latest'],
    ['an empty plan', [...scope, 'plan'], ''],
    ['purchases that are an object', ['add_on_purchases'], {}],
    ['no list of users', ['users'], undefined],
    ['a user that is null', user, null],
    ['an add-on without seats', [...purchase, 'add_on'], 'duo-core'],
    ['a negative quantity', [...purchase, 'quantity'], -1],
    ['half a seat', [...purchase, 'quantity'], 2.5],
    ['a quantity in words', [...purchase, 'quantity'], '3'],
    ['the id 0', [...purchase, 'id'], 0],
    ['an id beyond the safe integers', [...user, 'id'], 2 ** 53],
    ['a day in another order', [...purchase, 'expires_on'], '15.01.2099'],
    ['a thirteenth month', [...purchase, 'expires_on'], '2099-13-01'],
    ['an empty day', [...purchase, 'started_on'], ''],
    ['a trial that is null', [...purchase, 'trial'], null],
    ['an empty username', [...user, 'username'], ''],
    ['spaces around a username', [...user, 'username'], ' nora'],
    ['a no-break space behind a username', [...user, 'username'], 'nora\u00a0'],
    ['a username of 256 characters', [...user, 'username'], 'n'.repeat(256)],
    ['a name that is null', [...user, 'name'], null],
    ['a state of two words', [...user, 'state'], 'fast asleep'],
    ['a state in upper case', [...user, 'state'], 'ACTIVE'],
    ['a user type in upper case', [...user, 'type'], 'HUMAN'],
    ['a member that is null', [...user, 'member'], null],
    ['an email address that is a number', [...user, 'email'], 1],
    ['a seat of no purchase', [...seat, 'add_on_purchase_id'], undefined],
    ['a seat of a user by name', [...seat, 'user_id'], 'nora'],
  ])('the published JSON Schema refuses %s like the code', (_name, path, value) => {
    expect(judge(mutate(small, path, value))).toEqual(refused)
  })

  test.each<[string, Path, unknown]>([
    ['a time with a fraction of a second', ['taken_at'], '2026-03-02T08:00:00.123456Z'],
    ['no days of a purchase', [...purchase, 'started_on'], undefined],
    ['a purchase without an expiry day', [...purchase, 'expires_on'], null],
    ['a purchase without trial', [...purchase, 'trial'], undefined],
    ['a quantity of 0', [...purchase, 'quantity'], 0],
    ['a user without an email address', [...user, 'email'], undefined],
    ['a user without member', [...user, 'member'], undefined],
    ['an unknown state', [...user, 'state'], 'asleep'],
    ['an unknown user type', [...user, 'type'], 'duo_code_review_bot'],
    ['a username of one character', [...user, 'username'], 'n'],
    ['a username of 255 characters outside the basic plane', [...user, 'username'], '\u{1f98a}'.repeat(255)],
    ['a seat without a time', [...seat, 'assigned_at'], undefined],
    ['no time of the last sync', [...scope, 'last_sync_at'], undefined],
    ['unknown keys', [...user, 'nickname'], 'No'],
    ['no users and no seats', [], { ...(small as object), users: [], seats: [] }],
  ])('the published JSON Schema accepts %s like the code', (_name, path, value) => {
    expect(judge(mutate(small, path, value))).toEqual(accepted)
  })

  // JSON Schema cannot express these without formats; the description of the schema lists them.
  test.each<[string, Path, unknown]>([
    ['a day that does not exist', [...user, 'last_activity_on'], '2026-02-30'],
    ['a time on a day that does not exist', [...seat, 'assigned_at'], '2026-02-30T08:00:00Z'],
    ['an address that cannot be parsed', [...scope, 'url'], 'https://['],
  ])('the published JSON Schema accepts %s, which only the code refuses', (_name, path, value) => {
    expect(judge(mutate(small, path, value))).toEqual({ ...refused, jsonSchema: true })
  })

  test.each<[string, Path, unknown]>([
    ['a snapshot from the future', ['taken_at'], '2026-03-03T08:00:01Z'],
    ['two purchases with one id', [...purchase, 'id'], 2102],
    ['two purchases of one add-on', [...purchase, 'add_on'], 'duo-enterprise'],
    ['two users with one id', [...user, 'id'], 900102],
    ['two users with one name', [...user, 'username'], 'omar.haddad'],
    ['a seat of an unknown purchase', [...seat, 'add_on_purchase_id'], 1],
    ['a seat of an unknown user', [...seat, 'user_id'], 1],
    ['two equal seats', ['seats', 1], { add_on_purchase_id: 2101, user_id: 900101 }],
  ])(
    'the published JSON Schema accepts %s, which only the comparison of the parts refuses',
    (_name, path, value) => {
      expect(judge(mutate(small, path, value))).toEqual({ ...accepted, check: false })
    },
  )

  test('the published JSON Schema agrees with the code on every change of a single value', () => {
    const value = fc.oneof(
      fc.constantFrom(undefined, null, true, '', 'human', 0, 1, -1, 1.5, 2 ** 53, 'active', 'gitlab.com'),
      fc.constantFrom('2026-01-31', '2026-01-31T08:00:00Z', 'https://gitlab.example.com', '17.11.2', ' ada '),
      fc.jsonValue(),
    )
    const path = fc.constantFrom(...listPaths(small))
    fc.assert(
      fc.property(path, value, (where, what) => {
        const { schema, jsonSchema, check } = judge(mutate(small, where, what))
        expect(jsonSchema).toBe(schema)
        if (!schema) expect(check).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})
