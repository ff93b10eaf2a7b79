import type * as v from 'valibot'
import type { AddOnPurchase } from '../../domain/add-on.ts'
import { DocumentCheck } from './document-check.ts'
import { purchaseSchema } from './snapshot-schema.ts'
import { UniqueValues } from './unique-values.ts'

interface CheckedPurchases {
  addOnPurchases: AddOnPurchase[]
  /** Null if an element of the list is broken: then a missing purchase proves nothing. */
  hasId: ((id: number) => boolean) | null
}

/** Checks the purchases of a snapshot. */
export class PurchaseCheck {
  readonly check = new DocumentCheck()
  #checked: CheckedPurchases | null = null

  /** Further calls return the first answer. */
  read(list: unknown): CheckedPurchases {
    this.#checked ??= this.#check(list)
    return this.#checked
  }

  #check(list: unknown): CheckedPurchases {
    const { check } = this
    const ids = new UniqueValues<number>(check.faults, 'add_on_purchases', 'id')
    const addOns = new UniqueValues<string>(check.faults, 'add_on_purchases', 'add_on')
    const addOnPurchases = check.readList('add_on_purchases', list, purchaseSchema, (purchase, index) => {
      ids.claim(purchase.id, index)
      addOns.claim(purchase.add_on, index)
      return toPurchase(purchase)
    })
    return { addOnPurchases, hasId: check.isBroken('add_on_purchases') ? null : (id) => ids.has(id) }
  }
}

function toPurchase(purchase: v.InferOutput<typeof purchaseSchema>): AddOnPurchase {
  const { id, add_on, quantity, started_on, expires_on, trial } = purchase
  return { id, addOn: add_on, quantity, startedOn: started_on, expiresOn: expires_on, trial }
}
