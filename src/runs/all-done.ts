/**
 * Waits until all works are done, the others as well where one fails: nothing goes on behind the caller's back.
 *
 * @throws the failure of the first one in the row that failed
 */
export async function allDone<const Works extends readonly unknown[]>(
  works: Works,
): Promise<{ -readonly [Index in keyof Works]: Awaited<Works[Index]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}
