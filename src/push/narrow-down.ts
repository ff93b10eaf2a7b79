/**
 * The result of one call.
 *
 * - `done`: the change is made for every user
 * - `refused`: every user was refused for good
 * - `someone_refused`: some user was refused, so GitLab changed none
 * - `too_many`: the call has more users than GitLab accepts
 * - `too_few_seats`: seats are lacking
 * - `unanswered`: the answer was lost
 */
export type CallEnd = 'done' | 'refused' | 'someone_refused' | 'too_many' | 'too_few_seats' | 'unanswered'

type Call<Item> = (part: readonly Item[]) => Promise<CallEnd>

/**
 * Makes a change for a batch. A batch that is refused as a whole is halved until each culprit is alone and the change is made for
 * all others: at most 14 more calls for one culprit among a hundred.
 *
 * @param call makes one call; a call for one item never ends in `someone_refused`
 */
export async function changeNarrowingDown<Item>(batch: readonly Item[], call: Call<Item>): Promise<CallEnd> {
  const end = await call(batch)
  if (end === 'someone_refused') await findCulprits(batch, call)
  if (end === 'too_many' && batch.length > 1) await changeHalves(batch, call)
  return end
}

/** The batch has a culprit. Where the first half is done, it is in the second half, which needs no call to show that. */
async function findCulprits<Item>(batch: readonly Item[], call: Call<Item>): Promise<void> {
  if (batch.length === 1) {
    await call(batch)
    return
  }
  const [first, second] = cutInHalves(batch)
  const end = await changeNarrowingDown(first, call)
  if (end === 'too_few_seats') return
  if (end === 'done') await findCulprits(second, call)
  else await changeNarrowingDown(second, call)
}

async function changeHalves<Item>(batch: readonly Item[], call: Call<Item>): Promise<void> {
  const [first, second] = cutInHalves(batch)
  if ((await changeNarrowingDown(first, call)) !== 'too_few_seats') await changeNarrowingDown(second, call)
}

function cutInHalves<Item>(batch: readonly Item[]): [first: Item[], second: Item[]] {
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}
