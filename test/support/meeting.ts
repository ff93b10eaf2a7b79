/** Returns a function whose callers wait until `people` of them have called. */
export function makeMeeting(people: number): () => Promise<void> {
  let open = () => {}
  const isComplete = new Promise<void>((resolve) => (open = resolve))
  return () => {
    people -= 1
    if (people <= 0) open()
    return isComplete
  }
}
