import type * as v from 'valibot'
import type { Seat } from '../../domain/snapshot.ts'
import { DocumentCheck } from './document-check.ts'
import { seatSchema } from './snapshot-schema.ts'
import { toNullableInstant } from './to-instant.ts'
import { UniqueValues } from './unique-values.ts'

/** Ids that a seat may refer to; null if an element of the list is broken. */
interface KnownIds {
  hasPurchase: ((id: number) => boolean) | null
  hasUser: ((id: number) => boolean) | null
}

/** Checks the seats of a snapshot one by one. */
export class SeatCheck {
  readonly check = new DocumentCheck()
  readonly #known: KnownIds
  readonly #holders = new Map<number, UniqueValues<number>>()

  constructor(known: KnownIds) {
    this.#known = known
  }

  /** Null after a fault of the seat alone. */
  read(value: unknown, index: number): Seat | null {
    const seat = this.check.readElement('seats', value, index, seatSchema)
    if (seat === null) return null
    const { add_on_purchase_id, user_id } = seat
    const { faults } = this.check
    if (this.#known.hasPurchase?.(add_on_purchase_id) === false)
      faults.add(['seats', index, 'add_on_purchase_id'], 'the id of a purchase', add_on_purchase_id)
    if (this.#known.hasUser?.(user_id) === false)
      faults.add(['seats', index, 'user_id'], 'the id of a user', user_id)
    this.#listHolders(add_on_purchase_id).claim(user_id, index, { add_on_purchase_id, user_id })
    return toSeat(seat)
  }

  #listHolders(purchaseId: number): UniqueValues<number> {
    const known = this.#holders.get(purchaseId) ?? new UniqueValues<number>(this.check.faults, 'seats')
    this.#holders.set(purchaseId, known)
    return known
  }
}

function toSeat({ add_on_purchase_id, user_id, assigned_at }: v.InferOutput<typeof seatSchema>): Seat {
  return {
    addOnPurchaseId: add_on_purchase_id,
    userId: user_id,
    assignedAt: toNullableInstant(assigned_at),
  }
}
