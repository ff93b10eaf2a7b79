/**
 * What one call came to: it was done for everybody; everybody was refused for good; somebody in it was refused, and so all were; it
 * names more users than GitLab takes in a call; seats are lacking; or the answer was lost.
 */
export type CallEnd = 'done' | 'refused' | 'someone_refused' | 'too_many' | 'too_few_seats' | 'unanswered'

/**
 * Makes a change for a batch and, where it is refused as a whole, narrows it down until each culprit stands alone and it is done
 * for all others: for one culprit among a hundred 14 more calls at most.
 *
 * @param call makes one call; a call for one never ends in `someone_refused`
 */
export async function changeNarrowingDown<Item>(
  batch: readonly Item[],
  call: (part: readonly Item[]) => Promise<CallEnd>,
): Promise<CallEnd> {
  const end = await call(batch)
  if (end === 'someone_refused') await halve(batch, call)
  if (end === 'too_many' && batch.length > 1) await changeHalves(batch, call)
  return end
}

/** Somebody in the batch is a culprit. Where it is done for all of the first half, it is in the second, which needs no call to tell. */
async function halve<Item>(
  batch: readonly Item[],
  call: (part: readonly Item[]) => Promise<CallEnd>,
): Promise<void> {
  if (batch.length === 1) {
    await call(batch)
    return
  }
  const [first, second] = cutInHalves(batch)
  const end = await changeNarrowingDown(first, call)
  if (end === 'too_few_seats') return
  if (end === 'done') await halve(second, call)
  else await changeNarrowingDown(second, call)
}

/** Nobody in it was refused. */
async function changeHalves<Item>(
  batch: readonly Item[],
  call: (part: readonly Item[]) => Promise<CallEnd>,
): Promise<void> {
  const [first, second] = cutInHalves(batch)
  if ((await changeNarrowingDown(first, call)) !== 'too_few_seats') await changeNarrowingDown(second, call)
}

function cutInHalves<Item>(batch: readonly Item[]): [first: Item[], second: Item[]] {
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}
