import type { AddOnPurchase } from '../domain/add-on.ts'
import type { ServedUser } from '../store/served-data.ts'
import { isBefore } from './gitlab-version.ts'
import type { PageArguments } from './offset-connection.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import type { Resolver } from './queries.ts'
import { notAvailable, type RefusalCode, tooManyIds } from './refusals.ts'
import { connectUsers, PurchaseNode, UserNode } from './seat-types.ts'

interface MutationInput {
  clientMutationId?: string | null
  addOnPurchaseId: number
}

interface SingleInput extends MutationInput {
  userId: number
}

interface BulkInput extends MutationInput {
  userIds: number[]
}

interface EchoInput {
  clientMutationId?: string | null
  errors?: string[] | null
  messages?: string[] | null
}

/** The fields of `Mutation`, by name. Each change is one transaction, which counts the seats again. */
export function createMutations(gitlab: PlayedGitLab) {
  return {
    echoCreate: ({ input }: { input: EchoInput }) => ({
      clientMutationId: input.clientMutationId,
      echoes: input.messages,
      errors: input.errors ?? [],
    }),
    userAddOnAssignmentCreate: ({ input }: { input: SingleInput }) =>
      gitlab.data.change(() => giveSeat(gitlab, input)),
    userAddOnAssignmentRemove: ({ input }: { input: SingleInput }) =>
      gitlab.data.change(() => takeSeat(gitlab, input)),
    userAddOnAssignmentBulkCreate: ({ input }: { input: BulkInput }) =>
      gitlab.data.change(() => giveSeats(gitlab, input)),
    userAddOnAssignmentBulkRemove: ({ input }: { input: BulkInput }) =>
      gitlab.data.change(() => takeSeats(gitlab, input)),
  } satisfies Record<string, Resolver<never>>
}

function requireFewIds({ role }: PlayedGitLab, ids: number[], verb: 'assigned' | 'unassigned'): void {
  const limit = isBefore(role.version, [17, 6]) ? 50 : 100
  if (ids.length === 0) throw notAvailable()
  if (ids.length > limit) throw tooManyIds(limit, verb)
}

/** GitLab checks in this order: held already, free seats, eligible. */
function giveSeat(gitlab: PlayedGitLab, input: SingleInput): object {
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  const user = requireUser(gitlab, input.userId)
  if (holdsSeat(user, purchase)) return answerUser(gitlab, input, purchase, user)
  if (gitlab.countFreeSeats(purchase) < 1) return refuse(input, 'NO_SEATS_AVAILABLE')
  if (!gitlab.isEligible(user)) return refuse(input, 'INVALID_USER_MEMBERSHIP')
  gitlab.data.giveSeat(purchase.id, user.id, gitlab.readClock())
  return answerUser(gitlab, input, purchase, user)
}

/** Null, without an error, when the user holds no seat. */
function takeSeat(gitlab: PlayedGitLab, input: SingleInput): object | null {
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  const user = requireUser(gitlab, input.userId)
  if (!holdsSeat(user, purchase)) return null
  gitlab.data.takeSeat(purchase.id, user.id, gitlab.readClock())
  return answerUser(gitlab, input, purchase, user)
}

/** All or nothing. A holder needs no further seat. */
function giveSeats(gitlab: PlayedGitLab, input: BulkInput): object {
  // GitLab finds the purchase before it counts the ids.
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  requireFewIds(gitlab, input.userIds, 'assigned')
  const users = gitlab.readKnownUsers(input.userIds)
  const isEveryoneKnown = users.length === new Set(input.userIds).size
  if (!isEveryoneKnown || !users.every((user) => gitlab.isEligible(user)))
    return refuse(input, 'INVALID_USER_ID_PRESENT')
  const needy = users.filter((user) => !holdsSeat(user, purchase))
  if (gitlab.countFreeSeats(purchase) < needy.length) return refuse(input, 'NOT_ENOUGH_SEATS')
  const now = gitlab.readClock()
  for (const { id } of needy) gitlab.data.giveSeat(purchase.id, id, now)
  return answerUsers(gitlab, input, purchase, users)
}

/** The answer contains all users, also those who held no seat. */
function takeSeats(gitlab: PlayedGitLab, input: BulkInput): object {
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  requireFewIds(gitlab, input.userIds, 'unassigned')
  const users = gitlab.readKnownUsers(input.userIds)
  const holders = users.filter((user) => holdsSeat(user, purchase))
  if (holders.length === 0) return refuse(input, 'NO_ASSIGNMENTS_FOUND')
  const now = gitlab.readClock()
  for (const { id } of holders) gitlab.data.takeSeat(purchase.id, id, now)
  return answerUsers(gitlab, input, purchase, users)
}

function requireUser(gitlab: PlayedGitLab, id: number): ServedUser {
  const [user] = gitlab.readKnownUsers([id])
  if (user === undefined) throw notAvailable()
  return user
}

function holdsSeat(user: ServedUser, { id }: AddOnPurchase): boolean {
  return user.heldPurchaseIds.includes(id)
}

function refuse({ clientMutationId }: MutationInput, code: RefusalCode): object {
  return { clientMutationId, errors: [code] }
}

/** Reads the user again, since the seats have changed. */
function answerUser(
  gitlab: PlayedGitLab,
  { clientMutationId }: MutationInput,
  purchase: AddOnPurchase,
  { id }: ServedUser,
): object {
  const [user] = gitlab.data.readUsers([id]).map((changed) => new UserNode(gitlab, changed))
  return { clientMutationId, addOnPurchase: new PurchaseNode(gitlab, purchase), user, errors: [] }
}

function answerUsers(
  gitlab: PlayedGitLab,
  { clientMutationId }: MutationInput,
  purchase: AddOnPurchase,
  users: readonly ServedUser[],
): object {
  const ids = users.map(({ id }) => id)
  return {
    clientMutationId,
    addOnPurchase: new PurchaseNode(gitlab, purchase),
    users: (page: PageArguments) => connectUsers(gitlab, ids, page),
    errors: [],
  }
}
