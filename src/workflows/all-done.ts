/**
 * Waits until all of some works are done, and throws the failure of the first that failed only then: nothing goes on behind the
 * caller's back.
 */
export async function allDone<const Works extends readonly unknown[]>(
  works: Works,
): Promise<{ -readonly [Index in keyof Works]: Awaited<Works[Index]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}
