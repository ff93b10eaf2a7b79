import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { makeCrowd } from './make-data.ts'
import { type Cost, measure, takeMedians } from './measure.ts'

const root = resolve(import.meta.dirname, '../..')
const binary = join(root, 'bin/duo-seats.js')
const node = process.execPath

const latencyMs = 30
const callsInFlight = 4
const idsPerCall = 100
const usersPerPage = 100

/** The time of the calls before all others, which are sent together: version and purchase. */
const callsBefore = 1

/** Mutations of one user each are measured for so many users, and the rest is computed. */
const usersOneByOne = 300

/** Work against a GitLab with latency, and the least time that it can take. */
interface LinkedJob {
  name: string
  idealSeconds: number
  cost: Cost
}

/** Measures linked work: medians of pushing seats, and one round of reading all users. */
export async function benchLinked(
  folder: string,
  pushSizes: number[],
  syncSizes: number[],
  rounds: number,
): Promise<LinkedJob[]> {
  const jobs: LinkedJob[] = []
  for (const size of pushSizes) {
    jobs.push(...(await benchPush(folder, size, rounds)))
    jobs.push(await measureOneByOne(folder, size))
  }
  for (const size of syncSizes) jobs.push(await benchSync(folder, size))
  return jobs
}

/** Each round has a GitLab of its own, without holders. */
async function benchPush(folder: string, size: number, rounds: number): Promise<LinkedJob[]> {
  const [staging, pushing]: [Cost[], Cost[]] = [[], []]
  const measureRound = async (own: string, csv: string) => {
    const staged = join(folder, 'staged.db')
    copyFileSync(own, staged)
    const command = [node, binary, 'bulk-assign', csv, '--quiet', '--store']
    staging.push(measure([...command, staged, '--no-push']))
    removeStore(staged)
    pushing.push(measure([...command, own]))
  }
  for (let round = 0; round < rounds; round += 1) await withGitLab(folder, size, 0, measureRound)

  const idealSeconds = seconds(callsBefore + Math.ceil(size / idsPerCall) / callsInFlight)
  const cost = takeMedians(pushing)
  const wallSeconds = cost.wallSeconds - takeMedians(staging).wallSeconds
  return [
    { name: `assign ${size}, pushed`, idealSeconds, cost },
    { name: '  without local work', idealSeconds, cost: { ...cost, wallSeconds } },
  ]
}

/** Measures a script that sends one mutation per user and waits for each answer. */
async function measureOneByOne(folder: string, size: number): Promise<LinkedJob> {
  return withGitLab(folder, usersOneByOne, 0, async (_, __, gitlab) => {
    const startedAt = process.hrtime.bigint()
    for (let id = 1; id <= usersOneByOne; id += 1) await giveOne(gitlab, id)
    const perUser = Number(process.hrtime.bigint() - startedAt) / 1e9 / usersOneByOne
    return {
      name: `${size} mutations, from ${usersOneByOne}`,
      idealSeconds: seconds(size),
      cost: { wallSeconds: perUser * size, cpuSeconds: Number.NaN, peakMib: Number.NaN },
    }
  })
}

async function giveOne({ url, token }: GitLab, userId: number): Promise<void> {
  const query = `mutation Give($userId: UserID!) {
    userAddOnAssignmentCreate(input: {
      addOnPurchaseId: "gid://gitlab/GitlabSubscriptions::AddOnPurchase/1", userId: $userId
    }) { errors }
  }`
  const answer = await fetch(`${url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { userId: `gid://gitlab/User/${userId}` } }),
  })
  const { data } = (await answer.json()) as {
    data?: { userAddOnAssignmentCreate: { errors: string[] } | null }
  }
  if (data?.userAddOnAssignmentCreate?.errors.length !== 0) throw new Error(`user ${userId} got no seat`)
}

async function benchSync(folder: string, size: number): Promise<LinkedJob> {
  return withGitLab(folder, size, size / 10, async (own) => {
    const cost = measure([node, binary, 'sync', '--quiet', '--store', own])
    return {
      name: `sync ${size} users`,
      idealSeconds: seconds(callsBefore + size / usersPerPage / callsInFlight),
      cost,
    }
  })
}

function seconds(calls: number): number {
  return (calls * latencyMs) / 1000
}

interface GitLab {
  url: string
  token: string
}

/** Starts a GitLab with `users` in a process of its own, and links a store to it, synced if there are no holders. */
async function withGitLab<T>(
  folder: string,
  users: number,
  holders: number,
  work: (own: string, csv: string, gitlab: GitLab) => Promise<T>,
): Promise<T> {
  mkdirSync(folder, { recursive: true })
  const { snapshot, csv } = await makeCrowd(folder, users, holders)
  const [theirs, own] = [join(folder, 'gitlab.db'), join(folder, 'own.db')]
  measure([node, binary, 'sync', '--from', snapshot, '--quiet', '--store', theirs])
  const child = spawn(
    node,
    [binary, 'serve', '--port', '0', '--latency', `${latencyMs}ms`, '--quiet', '--store', theirs],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    const gitlab = await readAddress(child)
    process.env['GITLAB_TOKEN'] = gitlab.token
    measure([node, binary, 'link', gitlab.url, '--store', own])
    if (holders === 0) measure([node, binary, 'sync', '--quiet', '--store', own])
    return await work(own, csv, gitlab)
  } finally {
    child.kill()
    for (const file of [theirs, own]) removeStore(file)
  }
}

function removeStore(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-push']) rmSync(`${file}${suffix}`, { force: true })
}

/** Reads the address and the token from the output of `serve`. */
async function readAddress({ stdout }: ChildProcess): Promise<GitLab> {
  if (stdout === null) throw new Error('serve has no stdout')
  let url = ''
  for await (const line of createInterface({ input: stdout })) {
    url ||= /https?:\/\/\S+?(?=\/api\/graphql|\s|$)/.exec(line)?.[0] ?? ''
    const token = /GITLAB_TOKEN=(\S+)/.exec(line)?.[1]
    if (token !== undefined) return { url, token }
  }
  throw new Error('serve ended without printing its address')
}
