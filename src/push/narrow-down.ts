/**
 * - `done`, `refused`: for every user of the call
 * - `some_refused`: GitLab changed none
 * - `too_many`: more users than GitLab accepts
 * - `not_in_bulk`: GitLab rejected the call as such, for any users; they go one by one
 * - `too_few_seats`: GitLab changed none
 * - `unanswered`: the answer was lost
 */
export type CallEnd =
  | 'done'
  | 'refused'
  | 'some_refused'
  | 'too_many'
  | 'not_in_bulk'
  | 'too_few_seats'
  | 'unanswered'

type Call<Item> = (part: readonly Item[]) => Promise<CallEnd>

/**
 * Halves a refused batch until each culprit is alone: at most 14 more calls for one culprit among a hundred.
 *
 * @param call never ends in `some_refused` or `not_in_bulk` for one item
 */
export async function changeNarrowingDown<Item>(batch: readonly Item[], call: Call<Item>): Promise<CallEnd> {
  const end = await call(batch)
  if (end === 'some_refused') await findCulprits(batch, call)
  if (end === 'too_many' && batch.length > 1) await changeHalves(batch, call)
  if (end === 'not_in_bulk') await changeOneByOne(batch, call)
  return end
}

/** If the first half is done, the culprit is in the second half: no call has to show that. */
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

/** A refused item does not stop the others; without an answer, GitLab has to be read first. */
async function changeOneByOne<Item>(batch: readonly Item[], call: Call<Item>): Promise<void> {
  for (const item of batch) {
    const end = await call([item])
    if (end === 'too_few_seats' || end === 'unanswered') return
  }
}

function cutInHalves<Item>(batch: readonly Item[]): [first: Item[], second: Item[]] {
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}
