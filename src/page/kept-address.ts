import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import * as v from 'valibot'

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants

const keptAddress = v.object({
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  secret: v.pipe(v.string(), v.regex(/^[\w-]{32}$/)),
})

/** Port and secret of the page of a store: an open browser goes on after a restart. */
export type KeptAddress = v.InferOutput<typeof keptAddress>

export function createSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** Another one for pages that change nothing: their address may be given away. */
export function deriveReadOnly(secret: string): string {
  return createHash('sha256').update(`read-only ${secret}`).digest('base64url').slice(0, secret.length)
}

/** @returns null without a file, and for one that another user could have written or read */
export async function readKeptAddress(storePath: string): Promise<KeptAddress | null> {
  return withFile(storePath, O_RDONLY | O_NOFOLLOW, async (file) => {
    if (!(await isPrivate(file))) return null
    const parsed = v.safeParse(keptAddress, JSON.parse(await file.readFile('utf8')))
    return parsed.success ? parsed.output : null
  })
}

/** Never replaces a file. Without the right to write, the next start has another address. */
export async function keepAddress(storePath: string, address: KeptAddress): Promise<void> {
  await withFile(storePath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, (file) =>
    file.writeFile(`${JSON.stringify(address)}\n`),
  )
}

async function withFile<T>(
  storePath: string,
  flags: number,
  use: (file: FileHandle) => Promise<T>,
): Promise<T | null> {
  const file = await open(`${storePath}-page`, flags, 0o600).catch(() => null)
  if (file === null) return null
  try {
    return await use(file).catch(() => null)
  } finally {
    await file.close()
  }
}

/** Windows has no user ids: there, the folder protects the file. */
async function isPrivate(file: FileHandle): Promise<boolean> {
  const { uid, mode } = await file.stat()
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)
}
