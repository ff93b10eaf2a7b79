import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { answerCommands } from '../support/answer-commands.ts'
import { makeStore } from '../support/fill-store.ts'
import { hostedToken, hostGitLab } from '../support/host-gitlab.ts'
import { linkToGitLab } from '../support/link-to-gitlab.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { listHolders } from '../support/read-store.ts'
import { makeTeamSnapshot } from '../support/sample-team.ts'
import { binary, collect, type Finished, Workdir } from '../support/workdir.ts'

interface Job {
  rules: { if: string }[]
  variables: Record<string, string>
  script: string[]
  allow_failure?: { exit_codes: number[] }
  artifacts: { when: string; paths: string[]; reports: { codequality: string; junit: string } }
  resource_group?: string
}

interface Pipeline {
  variables: Record<string, string>
  plan: Job
  apply: Job
}

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')
const pipeline = parse(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '') as Pipeline

/** Ten seats. The first eight of ten users hold one, and another user waits for approval. */
const users = [
  ...Array.from({ length: 10 }, (_, index) => makeUser(index + 1, `user-${index + 1}`)),
  makeUser(11, 'newcomer', { state: 'blocked_pending_approval' }),
]
const facts = {
  users,
  seats: users.slice(0, 8).map(({ id }) => makeSeat(id)),
  add_on_purchases: [makePurchase({ quantity: 10 })],
}

function writeProgram(workdir: Workdir, program: string): void {
  chmodSync(workdir.write('bin/duo-seats', `#!/bin/sh\n${program}\n`), 0o755)
}

/** A project with a list in it, and the GitLab that holds the seats. */
class Project {
  readonly workdir: Workdir
  readonly #url: string

  constructor(workdir: Workdir, url: string) {
    this.workdir = workdir
    this.#url = url
  }

  static async open(): Promise<Project> {
    const workdir = new Workdir()
    const store = workdir.write('gitlab.db', await makeStore(makeTeamSnapshot(facts)))
    writeProgram(workdir, 'exec "$NODE" "$BINARY" "$@"')
    mkdirSync(workdir.join('project'))
    const { url } = await hostGitLab(store)
    return new Project(workdir, url)
  }

  static async openInProcess(): Promise<Project> {
    const project = await Project.open()
    project.answerInProcess()
    return project
  }

  /** Runs the commands of later jobs in this process until the test ends: a job starts the binary three times. */
  answerInProcess(): void {
    const { program, stop } = answerCommands(this.workdir)
    onTestFinished(stop)
    writeProgram(this.workdir, program)
  }

  commit(names: readonly string[]): void {
    this.workdir.write('project/team.csv', `username\n${names.join('\n')}\n`)
  }

  /** Runs a job as the runner does: in a clean checkout, in one shell that stops at the first failure. */
  runJob(job: Job, variables: Record<string, string> = {}): Promise<Finished> {
    const path = this.workdir.join('project')
    for (const name of readdirSync(path)) if (name !== 'team.csv') rmSync(join(path, name))
    const given = { ...this.#listVariables(path), ...variables }
    const own = { ...pipeline.variables, ...job.variables }
    const expanded = Object.entries(own).map(([name, value]) => [name, expand(value, given)])
    const child = spawn('sh', ['-e', '-c', job.script.join('\n')], {
      cwd: path,
      env: { ...given, ...Object.fromEntries(expanded) },
    })
    child.stdin.end()
    return collect(child)
  }

  /** The variables that GitLab sets in every job, and those of the project. */
  #listVariables(path: string): Record<string, string> {
    return {
      PATH: `${this.workdir.join('bin')}:${process.env['PATH']}`,
      HOME: this.workdir.path,
      NODE: process.execPath,
      BINARY: binary,
      CI: 'true',
      GITLAB_CI: 'true',
      CI_SERVER_URL: this.#url,
      CI_PROJECT_DIR: path,
      CI_PROJECT_ROOT_NAMESPACE: 'acme',
      CI_DEFAULT_BRANCH: 'main',
      CI_JOB_URL: 'https://gitlab.example.com/acme/seats/-/jobs/7',
      SEATS_TOKEN: hostedToken,
      SEATS_READ_TOKEN: hostedToken,
    }
  }

  /** Asks GitLab for the holders. */
  async listHolders(): Promise<string[]> {
    const store = this.workdir.join('looked.db')
    await linkToGitLab(store, { url: this.#url, group: null }, hostedToken)
    const holders = listHolders(this.workdir, 'looked.db')
    rmSync(store)
    return holders
  }
}

/** Expands variables in the value of a variable, as GitLab does. */
function expand(value: string, variables: Record<string, string>): string {
  return value.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? '')
}

const nameUsers = (...numbers: number[]) => numbers.map((number) => `user-${number}`)
const holders = nameUsers(1, 2, 3, 4, 5, 6, 7, 8)
/** Two users leave, and two join. */
const wanted = nameUsers(1, 10, 2, 3, 4, 5, 6, 9)

describe('the pipeline of the README', () => {
  test('the pipeline plans on merge requests, and applies on the default branch, one job at a time', () => {
    const { plan, apply } = pipeline
    expect(plan.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }])
    expect(apply.rules).toEqual([{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }])
    expect([plan.allow_failure?.exit_codes, apply.allow_failure]).toEqual([[3, 7], undefined])
    expect([plan.resource_group, apply.resource_group]).toEqual([undefined, 'duo-seats'])
    expect(plan.script.join('\n')).not.toContain('--yes')
  })

  test('the plan job prints the changes of a merge request, and changes nothing', async () => {
    const project = await Project.open()
    project.commit(wanted)
    const { code, stdout } = await project.runJob(pipeline.plan)
    expect(pipeline.plan.allow_failure?.exit_codes, stdout).toContain(code)
    expect(stdout).toContain('+ 2 to assign, - 2 to remove, = 6 unchanged, ! 0 not possible.\n')
    const [artifact = ''] = pipeline.plan.artifacts.paths
    expect(project.workdir.read(`project/${artifact}`)).toContain(',user-7,user-7,7,unassigned,true,')
    expect(await project.listHolders()).toEqual(holders)
  })

  test('the jobs leave the artifacts that GitLab collects, with the path of the list in the repository', async () => {
    const project = await Project.openInProcess()
    project.commit([...wanted, 'newcomer'])
    for (const job of [pipeline.plan, pipeline.apply]) {
      expect(await project.runJob(job)).toMatchObject({ code: 3 })
      const { paths, reports } = job.artifacts
      for (const path of [...paths, ...Object.values(reports)])
        expect(project.workdir.read(`project/${path}`)).toContain('newcomer')
      const findings: { location: object; severity: string }[] = JSON.parse(
        project.workdir.read(`project/${reports.codequality}`),
      )
      const failed = findings.filter(({ severity }) => severity === 'major')
      expect(failed.map(({ location }) => location)).toEqual([{ path: 'team.csv', lines: { begin: 10 } }])
    }
  })

  test('the plan job passes on a merge request that changes nothing', async () => {
    const project = await Project.openInProcess()
    project.commit(holders)
    expect(await project.runJob(pipeline.plan)).toMatchObject({ code: 0 })
  })

  test('the apply job makes GitLab equal to the merged list, and has nothing to do after that', async () => {
    const project = await Project.open()
    project.commit(wanted)
    const { code, stdout, stderr } = await project.runJob(pipeline.apply)
    expect(code, `${stdout}\n${stderr}`).toBe(0)
    expect(await project.listHolders()).toEqual(wanted)
    const [artifact = ''] = pipeline.apply.artifacts.paths
    expect(project.workdir.read(`project/${artifact}`)).toContain(',user-10,user-10,10,assigned,true,')
    project.answerInProcess()
    expect(await project.runJob(pipeline.apply)).toMatchObject({ code: 0 })
    expect(await project.runJob(pipeline.plan)).toMatchObject({ code: 0 })
  })

  test('both jobs fail for a user who cannot have a seat, and the apply job applies all other rows', async () => {
    const project = await Project.openInProcess()
    project.commit([...wanted, 'newcomer'])
    expect(await project.runJob(pipeline.plan)).toMatchObject({ code: 3 })
    expect(await project.runJob(pipeline.apply)).toMatchObject({ code: 3 })
    expect(await project.listHolders()).toEqual(wanted)
  })

  test.each([
    ['too many would lose the seat', nameUsers(1, 2)],
    ['the list is empty', []],
    ['a row matches no user while a seat would be removed', [...wanted, 'typo']],
  ])('both jobs fail where %s, and change nothing', async (_, names) => {
    const project = await Project.openInProcess()
    project.commit(names)
    expect(await project.runJob(pipeline.plan)).toMatchObject({ code: 5 })
    expect(await project.runJob(pipeline.apply)).toMatchObject({ code: 5 })
    expect(await project.listHolders()).toEqual(holders)
  })

  test.each([
    ['is wrong', 'glpat-wrong', 4],
    ['is not set', '', 2],
  ])('the apply job fails where the token %s', async (_, token, code) => {
    const project = await Project.openInProcess()
    project.commit(wanted)
    const finished = await project.runJob(pipeline.apply, { SEATS_TOKEN: token })
    expect(finished, finished.stderr).toMatchObject({ code, stdout: '' })
    expect(await project.listHolders()).toEqual(holders)
  })

  test('neither job prints the token', async () => {
    const project = await Project.openInProcess()
    project.commit(wanted)
    for (const job of [pipeline.plan, pipeline.apply]) {
      const { stdout, stderr } = await project.runJob(job)
      expect(stdout + stderr).not.toContain(hostedToken)
    }
  })
})
