/**
 * What one call came to: everybody got a seat; everybody was refused for good; somebody in it was refused, and so all were; seats
 * are lacking; or the answer was lost.
 */
export type CallEnd = 'given' | 'refused' | 'someone_refused' | 'too_few_seats' | 'unanswered'

/**
 * Gives to a batch and, where it is refused as a whole, narrows it down until each culprit stands alone and all others have been
 * given to: for one culprit among a hundred 14 more calls at most.
 *
 * @param give makes one call; a call for one never ends in `someone_refused`
 */
export async function giveNarrowingDown<Item>(
  batch: readonly Item[],
  give: (part: readonly Item[]) => Promise<CallEnd>,
): Promise<CallEnd> {
  const end = await give(batch)
  if (end === 'someone_refused') await halve(batch, give)
  return end
}

/** Somebody in the batch is a culprit. Where all of the first half are given to, it is in the second, which needs no call to tell. */
async function halve<Item>(
  batch: readonly Item[],
  give: (part: readonly Item[]) => Promise<CallEnd>,
): Promise<void> {
  if (batch.length === 1) {
    await give(batch)
    return
  }
  const middle = Math.ceil(batch.length / 2)
  const [first, second] = [batch.slice(0, middle), batch.slice(middle)]
  const end = await giveNarrowingDown(first, give)
  if (end === 'too_few_seats') return
  if (end === 'given') await halve(second, give)
  else await giveNarrowingDown(second, give)
}
