/** A place at which everybody waits until so many have come. */
export function makeMeeting(people: number): () => Promise<void> {
  let open = () => {}
  const isComplete = new Promise<void>((resolve) => (open = resolve))
  return () => {
    people -= 1
    if (people <= 0) open()
    return isComplete
  }
}
