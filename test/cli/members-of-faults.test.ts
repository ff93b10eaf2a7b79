import { describe, expect, test } from 'vitest'
import { makeCrowd } from '../support/crowd.ts'
import { makeGroup } from '../support/group-tree.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import type { Tampering } from '../support/tampering-proxy.ts'
import { collect } from '../support/workdir.ts'

const command = ['apply', '--members-of', 'acme', '--yes', '--max-removals', '100%']

function openCrowd(version: string): Promise<LinkedTeam> {
  const members = Array.from({ length: 230 }, (_, index): [number, string] => [index + 1, 'developer'])
  return openLinkedTeam({ ...makeCrowd(230), groups: [makeGroup('acme', members)] }, { version })
}

/** Decides about the second page of the members. */
function tamperWithSecondPage({ proxy }: LinkedTeam, decide: () => Tampering | Promise<Tampering>): void {
  let pages = 0
  proxy.tamper = ({ operation }) => (operation === 'ReadGroupMembers' && ++pages === 2 ? decide() : 'pass')
}

describe.each(['18.6', '17.4'])('the second page of the members of a group of GitLab %s', (version) => {
  test('a group that is deleted meanwhile ends with exit code 4, and nothing is written', async () => {
    const team = await openCrowd(version)
    const before = team.readOwnStore()
    tamperWithSecondPage(team, () => {
      team.changeGitLab('DELETE FROM served_members; DELETE FROM served_groups')
      return 'pass'
    })
    const { code, stdout, stderr } = await team.inProcess.run(command)
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toContain('error: The group acme does not exist, or GitLab hides it from this token.')
    expect([team.listCalls(), team.readOwnStore()]).toEqual([[], before])
  })

  test('Ctrl-C ends with exit code 130, and nothing is written', async () => {
    const team = await openCrowd(version)
    const before = team.readOwnStore()
    const child = team.start(command)
    const finished = collect(child)
    tamperWithSecondPage(team, async (): Promise<Tampering> => {
      child.kill('SIGINT')
      await finished
      return 'drop'
    })
    const { code, stdout, stderr } = await finished
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toContain('error: Interrupted: nothing was written.\n')
    expect([team.listCalls(), team.readOwnStore()]).toEqual([[], before])
  })
})
