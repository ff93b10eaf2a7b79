import { parse, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import * as documents from '../../src/gitlab/documents.ts'
import { scoreQuery } from '../../src/played-gitlab/query-complexity.ts'
import { readSchemaOfVersion } from './schema-of-version.ts'

const versions = ['16.4', '16.6', '16.8', '16.11', '17.0', '17.3', '17.4', '17.5', '17.11', '18.0', '18.6']

/** The versions of Self-Managed for each document: from the first one up to the second one, exclusive. */
const meantFor: Record<keyof typeof documents, [since: string, until: string | null]> = {
  connect: ['16.4', null],
  readLicense: ['16.4', null],
  readGroup: ['16.4', null],
  probeInstance: ['17.5', null],
  probeGroup: ['17.5', null],
  probeOldInstance: ['16.8', '17.5'],
  probeOldGroup: ['16.6', '17.5'],
  readPurchases: ['17.3', null],
  readPurchaseOfType: ['16.8', '17.3'],
  readUsersOfInstance: ['18.0', null],
  readUsersOfGroup: ['18.0', null],
  readHoldersOfInstance: ['17.5', null],
  readHoldersOfGroup: ['17.5', null],
  readUsersOfInstanceWithoutDuoActivity: ['17.5', null],
  readUsersOfGroupWithoutDuoActivity: ['17.5', null],
  readEligibleUsersOfInstance: ['16.8', '17.5'],
  readEligibleUsersOfGroup: ['16.6', '17.5'],
  findUsersByUsername: ['16.4', null],
  findUsersById: ['16.4', null],
  readGroupMembers: ['16.4', null],
  readAddresses: ['16.4', null],
  findUsersByAddress: ['16.4', null],
  giveSeats: ['17.3', null],
  giveSeat: ['16.8', null],
  takeSeats: ['17.3', null],
  takeSeat: ['16.8', null],
}

const names = Object.keys(meantFor) as (keyof typeof documents)[]

const texts: Record<string, string> = { ...documents }

const textOf = (name: string) => texts[name] ?? ''

describe('the GraphQL documents', () => {
  test.each(names)('%s is valid for its versions, and for no others', (name) => {
    const document = parse(textOf(name))
    const [since, until] = meantFor[name]
    const [from, to] = [versions.indexOf(since), until === null ? versions.length : versions.indexOf(until)]
    const valid = versions.filter((version) => validate(readSchemaOfVersion(version), document).length === 0)
    expect(valid).toEqual(versions.slice(from, to))
  })

  test.each(names)("%s is within GitLab's limits for characters and complexity", (name) => {
    expect(textOf(name).length).toBeLessThan(10_000)
    expect(scoreQuery(parse(textOf(name)), null)).toBeLessThan(100)
  })

  test.each(names)('%s begins with its kind and a name for the log', (name) => {
    expect(textOf(name)).toMatch(/^(query|mutation) [A-Z]\w+\b/)
  })

  test('all documents are in the table of this test', () => {
    expect(names.sort()).toEqual(Object.keys(documents).sort())
  })
})
