import fc from 'fast-check'

/** Files that share the time. */
const files = 4

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 60)
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

const casesPerBatch = 10

/**
 * Tries generated cases for a quarter of FUZZ_SECONDS. FUZZ_SEED begins with the cases of an earlier run: the report of a failure
 * contains the seed of its batch.
 */
export async function fuzz<Case>(
  cases: fc.Arbitrary<Case>,
  check: (one: Case) => Promise<void>,
): Promise<void> {
  const endsAt = Date.now() + (seconds * 1000) / files
  let batches = 0
  while (batches === 0 || Date.now() < endsAt) {
    const options = { seed: seed + batches, numRuns: casesPerBatch }
    await fc.assert(fc.asyncProperty(cases, check), options)
    batches += 1
  }
  process.stderr.write(`Seed ${seed}: ${batches * casesPerBatch} cases passed.\n`)
}
