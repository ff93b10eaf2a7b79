import type { AddOnPurchase } from '../domain/add-on.ts'
import type { RehearsalUser } from '../store/served-data.ts'
import { isBefore } from './gitlab-version.ts'
import type { PageArguments } from './offset-connection.ts'
import type { Resolver } from './queries.ts'
import { notAvailable, type RefusalCode, tooManyIds } from './refusals.ts'
import { connectUsers, PurchaseNode, UserNode } from './seat-types.ts'
import type { ServedGitLab } from './served-gitlab.ts'

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

/** The fields of `Mutation`, by name. Each change is one transaction, in which the seats are counted again. */
export function createMutations(gitlab: ServedGitLab) {
  return {
    echoCreate: ({ input }: { input: EchoInput }) => ({
      clientMutationId: input.clientMutationId,
      echoes: input.messages,
      errors: input.errors ?? [],
    }),
    userAddOnAssignmentCreate: ({ input }: { input: SingleInput }) =>
      gitlab.rehearsal.change(() => giveSeat(gitlab, input)),
    userAddOnAssignmentRemove: ({ input }: { input: SingleInput }) =>
      gitlab.rehearsal.change(() => takeSeat(gitlab, input)),
    userAddOnAssignmentBulkCreate: async ({ input }: { input: BulkInput }) => {
      requireFewIds(gitlab, input.userIds, 'assigned')
      return gitlab.rehearsal.change(() => giveSeats(gitlab, input))
    },
    userAddOnAssignmentBulkRemove: async ({ input }: { input: BulkInput }) => {
      requireFewIds(gitlab, input.userIds, 'unassigned')
      return gitlab.rehearsal.change(() => takeSeats(gitlab, input))
    },
  } satisfies Record<string, Resolver<never>>
}

function requireFewIds({ role }: ServedGitLab, ids: number[], verb: 'assigned' | 'unassigned'): void {
  const limit = isBefore(role.version, [17, 6]) ? 50 : 100
  if (ids.length === 0) throw notAvailable()
  if (ids.length > limit) throw tooManyIds(limit, verb)
}

/** GitLab's order: who holds a seat has it; then the seats; then the user. */
function giveSeat(gitlab: ServedGitLab, input: SingleInput): object {
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  const user = requireUser(gitlab, input.userId)
  if (holdsSeat(user, purchase)) return answerUser(gitlab, input, purchase, user)
  if (gitlab.countFreeSeats(purchase) < 1) return refuse(input, 'NO_SEATS_AVAILABLE')
  if (!gitlab.isEligible(user)) return refuse(input, 'INVALID_USER_MEMBERSHIP')
  gitlab.rehearsal.giveSeat(purchase.id, user.id, gitlab.readClock())
  return answerUser(gitlab, input, purchase, user)
}

/** Null, and no error, where there is nothing to remove. */
function takeSeat(gitlab: ServedGitLab, input: SingleInput): object | null {
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  const user = requireUser(gitlab, input.userId)
  if (!holdsSeat(user, purchase)) return null
  gitlab.rehearsal.takeSeat(purchase.id, user.id)
  return answerUser(gitlab, input, purchase, user)
}

/** All or nothing; users who hold a seat take no other. */
function giveSeats(gitlab: ServedGitLab, input: BulkInput): object {
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  const users = gitlab.readKnownUsers(input.userIds)
  const isEveryoneKnown = users.length === new Set(input.userIds).size
  if (!isEveryoneKnown || !users.every((user) => gitlab.isEligible(user)))
    return refuse(input, 'INVALID_USER_ID_PRESENT')
  const needy = users.filter((user) => !holdsSeat(user, purchase))
  if (gitlab.countFreeSeats(purchase) < needy.length) return refuse(input, 'NOT_ENOUGH_SEATS')
  const now = gitlab.readClock()
  for (const { id } of needy) gitlab.rehearsal.giveSeat(purchase.id, id, now)
  return answerUsers(gitlab, input, purchase, users)
}

/** Takes the seats of those who hold one, and answers with all users. */
function takeSeats(gitlab: ServedGitLab, input: BulkInput): object {
  const purchase = gitlab.requirePurchase(input.addOnPurchaseId)
  const users = gitlab.readKnownUsers(input.userIds)
  const holders = users.filter((user) => holdsSeat(user, purchase))
  if (holders.length === 0) return refuse(input, 'NO_ASSIGNMENTS_FOUND')
  for (const { id } of holders) gitlab.rehearsal.takeSeat(purchase.id, id)
  return answerUsers(gitlab, input, purchase, users)
}

function requireUser(gitlab: ServedGitLab, id: number): RehearsalUser {
  const [user] = gitlab.readKnownUsers([id])
  if (user === undefined) throw notAvailable()
  return user
}

function holdsSeat(user: RehearsalUser, { id }: AddOnPurchase): boolean {
  return user.heldPurchaseIds.includes(id)
}

function refuse({ clientMutationId }: MutationInput, code: RefusalCode): object {
  return { clientMutationId, errors: [code] }
}

/** Reads the user again, whose seats have changed. */
function answerUser(
  gitlab: ServedGitLab,
  { clientMutationId }: MutationInput,
  purchase: AddOnPurchase,
  { id }: RehearsalUser,
): object {
  const [user] = gitlab.rehearsal.readUsers([id]).map((changed) => new UserNode(gitlab, changed))
  return { clientMutationId, addOnPurchase: new PurchaseNode(gitlab, purchase), user, errors: [] }
}

function answerUsers(
  gitlab: ServedGitLab,
  { clientMutationId }: MutationInput,
  purchase: AddOnPurchase,
  users: readonly RehearsalUser[],
): object {
  const ids = users.map(({ id }) => id)
  return {
    clientMutationId,
    addOnPurchase: new PurchaseNode(gitlab, purchase),
    users: (page: PageArguments) => connectUsers(gitlab, ids, page),
    errors: [],
  }
}
