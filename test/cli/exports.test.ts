import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import snapshot from '../../fixtures/snapshot.json' with { type: 'json' }
import { frozenClock } from '../support/frozen-clock.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { fixtures, Workdir } from '../support/workdir.ts'

const exportsFolder = join(fixtures, 'exports')
const noOtto = ',,,user_not_found,false,,'

const notFound = (line: number, key: 'username' | 'email address', input: string) =>
  `${line},${input}${noOtto}"No user has the ${key} ""${input}"".",`
const assigned = (line: number, input: string, user: string) =>
  `${line},${input},${user},assigned,true,,Seat would be assigned.,`
const holder = (line: number, input: string, user: string) =>
  `${line},${input},${user},already_assigned,true,,The user already has a seat.,`

interface Expected {
  rows: string[]
  notes: string[]
}

const grace = 'grace@example.com'
const otto = 'otto@example.com'

const expected: Record<string, Expected> = {
  'atlassian-users.csv': {
    rows: [
      assigned(2, grace, 'grace,3'),
      assigned(3, 'hedy@example.com', 'hedy,11'),
      notFound(4, 'email address', otto),
    ],
    notes: [
      'The column "User id" holds no GitLab user ids: it is ignored.',
      'The column "User name" holds no usernames: it is ignored.',
      'Ignored columns: "User status", "Added to org", "Org role", "Last seen in Jira - example".',
    ],
  },
  'bamboohr-employees.csv': {
    rows: [
      assigned(2, grace, 'grace,3'),
      assigned(3, 'annie@example.com', 'annie,13'),
      notFound(4, 'email address', otto),
    ],
    notes: [
      'Ignored columns: "Employee #", "Last name, First name", "Job Title", "Department", "Location", "Home Email", "Hire Date".',
    ],
  },
  'csvde-users.csv': {
    rows: [
      assigned(2, 'grace', 'grace,3'),
      assigned(3, 'alan', 'alan,12'),
      notFound(4, 'username', 'okeller'),
    ],
    notes: ['Ignored column: "DN".'],
  },
  'entra-users.csv': {
    rows: [
      assigned(2, grace, 'grace,3'),
      assigned(3, 'Katherine@example.com', 'katherine,6'),
      notFound(4, 'email address', otto),
    ],
    notes: [
      'Ignored columns: "userPrincipalName", "displayName", "surname", "givenName", "id", "userType", "jobTitle", ' +
        '"department", "accountEnabled", "usageLocation", "streetAddress", "state", "country", "officeLocation", "city", ' +
        '"postalCode", "telephoneNumber", "mobilePhone", "alternateEmailAddress", "ageGroup", "consentProvidedForMinor", ' +
        '"legalAgeGroupClassification", "companyName", "creationType", "directorySynced", "invitationState", ' +
        '"identityIssuer", "createdDateTime".',
    ],
  },
  'github-consumed-licenses.csv': {
    rows: [
      assigned(2, 'grace', 'grace,3'),
      assigned(3, 'hedy@example.com', 'hedy,11'),
      notFound(4, 'username', 'otto'),
    ],
    notes: ['Ignored columns: "Profile link", "License type", "Organizations".'],
  },
  'github-copilot-seats.csv': {
    rows: [assigned(2, 'grace', 'grace,3'), holder(3, 'ada', 'ada,2'), notFound(4, 'username', 'otto')],
    notes: [
      'Ignored columns: "Report Time", "Last Authenticated At", "Last Activity At", "Last Surface Used".',
    ],
  },
  'github-dormant-users.csv': {
    rows: [assigned(2, 'grace', 'grace,3'), assigned(3, 'linus', 'linus,4'), notFound(4, 'username', 'otto')],
    notes: [
      'Ignored columns: "created_at", "id", "role", "suspended?", "last_logged_ip", "repos", "ssh_keys", ' +
        '"org_memberships", "dormant?", "last_active", "2fa_enabled?".',
    ],
  },
  'gitlab-group-members-old.csv': {
    rows: [assigned(2, 'grace', 'grace,3'), assigned(3, 'hedy', 'hedy,11'), notFound(4, 'username', 'otto')],
    notes: ['Ignored columns: "Name", "Access granted", "Access expires", "Max role", "Source".'],
  },
  'gitlab-group-members.csv': {
    rows: [
      assigned(2, 'grace', 'grace,3'),
      assigned(3, 'hedy', 'hedy,11'),
      '4,hedy,hedy,11,duplicate,true,,Same user as on line 3.,',
      notFound(5, 'username', 'otto'),
    ],
    notes: [
      'Ignored columns: "Name", "Path", "Group or project name", "Type", "Role", "Role type", "Membership type", ' +
        '"Membership status", "Membership source", "Access granted", "Access expiration", "Last activity".',
    ],
  },
  'gitlab-seat-usage.csv': {
    rows: [
      assigned(2, 'grace', 'grace,3'),
      holder(3, 'ada', 'ada,2'),
      holder(4, 'dennis', 'dennis,7'),
      notFound(5, 'username', 'otto'),
    ],
    notes: ['Ignored columns: "Id", "Name", "State", "Last GitLab activity", "Last login".'],
  },
  'gitlab-user-permissions.csv': {
    rows: [
      assigned(2, 'grace', 'grace,3'),
      '3,grace,grace,3,duplicate,true,,Same user as on line 2.,',
      '4,edsger,edsger,8,invalid_user_membership,false,deactivated,The user is deactivated.,',
      notFound(5, 'username', 'otto'),
    ],
    notes: ['Ignored columns: "Type", "Path", "Access Level", "Last Activity".'],
  },
  'google-workspace-users.csv': {
    rows: [
      assigned(2, grace, 'grace,3'),
      assigned(3, 'barbara@example.com', 'barbara,10'),
      notFound(4, 'email address', otto),
    ],
    notes: [
      'Ignored columns: "First Name [Required]", "Last Name [Required]", "Password [Required]", ' +
        '"Password Hash Function [UPLOAD ONLY]", "Org Unit Path [Required]", "New Primary Email [UPLOAD ONLY]", ' +
        '"Status [READ ONLY]", "Last Sign In [READ ONLY]", "Recovery Email", "Home Secondary Email", ' +
        '"Work Secondary Email", "Recovery Phone [MUST BE IN THE E.164 FORMAT]", "Work Phone", "Home Phone", ' +
        '"Mobile Phone", "Work Address", "Home Address", "Employee ID", "Employee Type", "Employee Title", ' +
        '"Manager Email", "Department", "Cost Center", "2sv Enrolled [READ ONLY]", "2sv Enforced [READ ONLY]", ' +
        '"Building ID", "Floor Name", "Floor Section", "Email Usage [READ ONLY]", "Drive Usage [READ ONLY]", ' +
        '"Total Storage [READ ONLY]", "Change Password at Next Sign-In", "New Status [UPLOAD ONLY]".',
    ],
  },
  'microsoft-365-active-users.csv': {
    rows: [
      assigned(2, grace, 'grace,3'),
      holder(3, 'margaret@example.com', 'margaret,5'),
      notFound(4, 'email address', otto),
    ],
    notes: [
      'Ignored columns: "Block credential", "City", "Country/Region", "Department", "DirSyncEnabled", "Display name", ' +
        '"Fax", "First name", "Last dirsync time", "Last name", "Last password change time stamp", ' +
        '"License assignment details", "Licenses", "Mobile Phone", "Oath token metadata", "Object Id", "Office", ' +
        '"Password never expires", "Phone number", "Postal code", "Preferred data location", "Preferred language", ' +
        '"Proxy addresses", "Release track", "Soft deletion time stamp", "State", "Street address", ' +
        '"Strong password required", "Title", "Usage location", "When created".',
    ],
  },
  'okta-users.csv': {
    rows: [
      assigned(2, grace, 'grace,3'),
      assigned(3, 'linus@example.com', 'linus,4'),
      notFound(4, 'email address', otto),
    ],
    notes: [
      'The column "User Id" holds no GitLab user ids: it is ignored.',
      'Ignored columns: "First name", "Last name", "Secondary email", "Status", "Created", "Last login".',
    ],
  },
  'servicenow-users.csv': {
    rows: [
      assigned(2, 'grace', 'grace,3'),
      assigned(3, 'katherine', 'katherine,6'),
      notFound(4, 'username', 'otto.keller'),
    ],
    notes: ['Ignored columns: "name", "active", "sys_created_on", "sys_updated_on".'],
  },
  'slack-members.csv': {
    rows: [
      assigned(2, 'grace', 'grace,3'),
      holder(3, 'margaret', 'margaret,5'),
      notFound(4, 'username', 'otto'),
    ],
    notes: [
      'The column "userid" holds no GitLab user ids: it is ignored.',
      'Ignored columns: "status", "billing-active", "has-2fa", "has-sso", "fullname", "displayname", "expiration-timestamp".',
    ],
  },
  'workday-workers.csv': {
    rows: [
      assigned(5, grace, 'grace,3'),
      assigned(6, 'hedy@example.com', 'hedy,11'),
      notFound(7, 'email address', otto),
    ],
    notes: [
      'The header is on line 4: the lines above it are ignored.',
      'Ignored columns: "Employee ID", "Worker", "Supervisory Organization", "Business Title", "Location", "Hire Date".',
    ],
  },
}

const columns = 'line,input,username,user_id,outcome,success,reason,message,suggestions'

function countFailed(rows: readonly string[]): number {
  return rows.filter((row) => row.includes(',false,')).length
}

describe('bulk-assign reads the exports of other systems', () => {
  test('every export among the fixtures has an expected report', () => {
    const files = readdirSync(exportsFolder).filter((name) => name.endsWith('.csv'))
    expect(Object.keys(expected).sort()).toEqual(files.sort())
  })

  test('bulk-assign --dry-run prints the whole report of every export in a standalone store', async () => {
    const workdir = new Workdir()
    await workdir.inProcess.runExpecting(0, ['sync', '--from', join(fixtures, 'snapshot.json')], {
      env: frozenClock,
    })
    for (const [name, { rows, notes }] of Object.entries(expected)) {
      const command = ['bulk-assign', join(exportsFolder, name), '--dry-run', '--format', 'csv']
      expect([name, await workdir.inProcess.run(command, { env: frozenClock })]).toEqual([
        name,
        {
          code: 3,
          stdout: `${[columns, ...rows].join('\n')}\n`,
          stderr: `${[
            ...notes,
            'The store is not linked: GitLab itself would not be changed.',
            `error: ${countFailed(rows)} of ${rows.length} rows failed.`,
            'hint: The message of each result has the reason; --results FILE writes them to a file.',
          ].join('\n')}\n`,
        },
      ])
    }
  })

  test('bulk-assign --dry-run prints the same results of every export in a linked store', async () => {
    const { add_on_purchases, users, seats } = snapshot
    const linked = await openLinkedTeam({ add_on_purchases, users, seats })
    for (const [name, { rows }] of Object.entries(expected)) {
      const command = ['bulk-assign', join(exportsFolder, name), '--dry-run', '--format', 'csv']
      const { code, stdout } = await linked.inProcess.run(command)
      const lines = [`${columns},pushed`, ...rows.map((row) => `${row},`)]
      expect([name, code, stdout]).toEqual([name, 3, `${lines.join('\n')}\n`])
    }
  })
})

describe('bulk-assign proposes a column', () => {
  test('bulk-assign proposes the column of addresses if most rows match no user', async () => {
    const workdir = new Workdir()
    await workdir.inProcess.runExpecting(0, ['sync', '--from', join(fixtures, 'snapshot.json')])
    workdir.write('people.csv', 'login,Contact\nghopper,grace@example.com\nhkiesler,hedy@example.com\nada,\n')
    const command = ['bulk-assign', 'people.csv', '--dry-run', '--format', 'csv']
    expect((await workdir.inProcess.run(command)).stderr).toBe(`\
Ignored column: "Contact".
The store is not linked: GitLab itself would not be changed.
error: 2 of 3 rows failed.
hint: The message of each result has the reason; --results FILE writes them to a file.
Most rows match no user. The column "Contact" holds addresses: add --column "Contact".
`)
    expect(await workdir.inProcess.runExpecting(3, [...command, '--column', 'Contact'])).toBe(`\
${columns}
${assigned(2, grace, 'grace,3')}
${assigned(3, 'hedy@example.com', 'hedy,11')}
4,,,,user_not_found,false,,The cell is empty.,
`)
  })
})
