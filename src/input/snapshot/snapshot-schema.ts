import * as v from 'valibot'
import { type AddOn, addOnNames } from '../../domain/add-on.ts'
import { dayOf, isDay } from '../../domain/day.ts'
import { userStates } from '../../domain/user.ts'
import { describeObject, listChoices, nullableDay } from './describe-values.ts'
import { groupSchema } from './group-schema.ts'

function describeText(expected: string) {
  return v.pipe(v.string(expected), v.minLength(1, expected))
}

function describeInstant(expected: string) {
  return v.pipe(
    v.string(expected),
    v.regex(
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/,
      expected,
    ),
    v.check((instant) => isDay(dayOf(instant)), expected),
  )
}

const utcTime = 'a time in UTC such as "2026-01-31T08:00:00Z"'
const instant = describeInstant(utcTime)
const nullableInstant = v.nullish(describeInstant(`${utcTime}, or null`), null)

const positive = 'a whole number above 0'
const id = v.pipe(v.number(positive), v.safeInteger(positive), v.minValue(1, positive))

const count = 'a whole number, 0 or more'
const quantity = v.pipe(v.number(count), v.safeInteger(count), v.minValue(0, count))

const name = 'a name of 1 to 255 characters without spaces around it'
const username = v.pipe(v.string(name), v.regex(/^\S([\s\S]{0,253}\S)?$/u, name))

/** A newer GitLab may have more values than this version supports. */
const enumValue = /^[a-z0-9_]+$/

const webAddress = 'a web address such as "https://gitlab.example.com"'
const url = v.pipe(
  v.string(webAddress),
  v.regex(/^https?:\/\/\S+$/, webAddress),
  v.check((address) => URL.canParse(address), webAddress),
)

const userType = 'a user type in lower case, such as "human" or "project_bot"'
const type = v.pipe(v.string(userType), v.regex(enumValue, userType))

const userState = listChoices(userStates)
const state = v.pipe(v.string(userState), v.regex(enumValue, userState))

const version = 'a version such as "17.11.2"'
const gitlabVersion = v.pipe(v.string(version), v.regex(/^\d+\.\d+/, version))

const flag = v.boolean('true or false')

const subscriptionEntries = {
  url: v.pipe(url, v.description('Address of the GitLab, as in its external_url.')),
  plan: v.pipe(describeText('a tier such as "ultimate"'), v.description('Tier of the subscription.')),
  gitlab_version: v.pipe(gitlabVersion, v.description('Version that GitLab reports.')),
  last_sync_at: v.pipe(
    nullableInstant,
    v.description('Time at which GitLab last synced the subscription; ISO 8601, UTC.'),
  ),
}

const selfManagedEntries = {
  offering: v.literal('self-managed', '"self-managed"'),
  ...subscriptionEntries,
  group: v.pipe(
    v.optional(v.null('null, as a self-managed GitLab is one scope'), null),
    v.description('Null, because a self-managed GitLab is one scope.'),
  ),
}

const gitlabComEntries = {
  offering: v.literal('gitlab.com', '"gitlab.com"'),
  ...subscriptionEntries,
  group: v.pipe(
    describeText('the path of the top-level group, as the offering is gitlab.com'),
    v.description('Path of the top-level group that the seats were bought for.'),
  ),
}

export const subscriptionSchema = v.pipe(
  v.variant('offering', [describeObject(selfManagedEntries), describeObject(gitlabComEntries)], ({ path }) =>
    path === undefined ? 'an object' : listChoices(['self-managed', 'gitlab.com']),
  ),
  v.description(
    'The GitLab, or the group on GitLab.com, of this snapshot. Dedicated counts as self-managed.',
  ),
)

export const purchaseSchema = describeObject({
  id: v.pipe(id, v.description('The number of the purchase; no two purchases share it.')),
  add_on: v.pipe(
    v.picklist<readonly AddOn[], string>(addOnNames, listChoices(addOnNames)),
    v.description('The add-on that was bought; no two purchases share it.'),
  ),
  quantity: v.pipe(quantity, v.description('Seats bought.')),
  started_on: v.pipe(nullableDay, v.description('First day of the seats; a real calendar day, UTC.')),
  expires_on: v.pipe(
    nullableDay,
    v.description(
      'First day without the seats; a real calendar day, UTC. GitLab adds 14 days of grace to it.',
    ),
  ),
  trial: v.pipe(v.optional(flag, false), v.description('Whether this is a trial.')),
})

export const userSchema = describeObject({
  id: v.pipe(id, v.description('The number of the user; no two users share it.')),
  username: v.pipe(
    username,
    v.description('Name without @. No two users share it, upper and lower case being equal.'),
  ),
  name: v.pipe(v.string('a text'), v.description('Full name.')),
  email: v.pipe(
    v.nullish(v.string('a text, or null'), null),
    v.description('Email address that GitLab shows.'),
  ),
  emails: v.pipe(
    v.nullish(v.array(v.string('a text'), 'an array, or null'), null),
    v.description('All confirmed email addresses of the user, also those that GitLab hides.'),
  ),
  state: v.pipe(
    state,
    v.description(
      `One of ${userStates.join(', ')}, or one that only a newer GitLab has. Only active users may be given a seat.`,
    ),
  ),
  type: v.pipe(
    type,
    v.description(
      "GitLab's user type in lower case. Bots, service accounts and the ghost user may not be given a seat.",
    ),
  ),
  member: v.pipe(
    v.optional(flag, true),
    v.description(
      'Whether the user is a member of the group, or of a subgroup or project in it. Counts on GitLab.com only.',
    ),
  ),
  last_activity_on: v.pipe(nullableDay, v.description('Last day of any activity, UTC.')),
  last_duo_activity_on: v.pipe(nullableDay, v.description('Last day on which GitLab Duo was used, UTC.')),
})

export const seatSchema = describeObject({
  add_on_purchase_id: v.pipe(id, v.description('The id of one of the purchases.')),
  user_id: v.pipe(id, v.description('The id of one of the users.')),
  assigned_at: v.pipe(nullableInstant, v.description('Time at which the seat was assigned; ISO 8601, UTC.')),
})

/**
 * A snapshot file: the data of one scope of a GitLab. Further keys are allowed. `SnapshotCheck` compares the parts: that ids are
 * unique, and that seats refer to users and purchases.
 */
export const snapshotSchema = v.pipe(
  describeObject({
    $schema: v.pipe(v.optional(v.string('a text')), v.description('Address of this schema, for editors.')),
    schema: v.pipe(v.literal(1, '1'), v.description('Version of this format.')),
    taken_at: v.pipe(
      instant,
      v.description('Time at which GitLab was read; ISO 8601, UTC. Seats assigned later stay as they are.'),
    ),
    subscription: subscriptionSchema,
    add_on_purchases: v.pipe(
      v.array(purchaseSchema, 'an array'),
      v.description('The seats that were bought.'),
    ),
    users: v.pipe(v.array(userSchema, 'an array'), v.description('Every user of the scope.')),
    seats: v.pipe(
      v.array(seatSchema, 'an array'),
      v.description('Every seat that a user holds; no two are equal.'),
    ),
    groups: v.pipe(
      v.optional(v.array(groupSchema, 'an array'), []),
      v.description('Groups that "serve" plays. A snapshot without them has the same seats.'),
    ),
  }),
  v.title('duo-seats snapshot'),
  v.description(
    'The GitLab Duo seats of a GitLab, for `duo-seats sync --from`. Days are YYYY-MM-DD, times are ISO 8601 in UTC, null ' +
      'means unknown. `duo-seats` checks more than this schema can express. Days must exist in the calendar, url must be ' +
      'an address, and taken_at may be at most a day ahead. No id, username (in any case), add_on or seat may occur ' +
      'twice. Every seat must refer to a purchase and a user of the snapshot. A member of a group names one user of the ' +
      'snapshot, or has an email. No full_path (in any case) may occur twice, and every invited group must be listed.',
  ),
)
