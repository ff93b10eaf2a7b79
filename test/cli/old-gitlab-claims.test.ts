import { describe, expect, test } from 'vitest'
import { groupTree } from '../support/group-tree.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makeSeat } from '../support/make-snapshot.ts'

/** Dora is blocked and holds a seat, which GitLab before 17.5 lists nowhere. */
function openWithHidden(): Promise<LinkedTeam> {
  return openLinkedTeam({ ...groupTree, seats: [1, 4].map((id) => makeSeat(id)) }, { version: '17.4' })
}

const counted = /^The user has no seat, as of the sync .+ ago \(.+ UTC\); GitLab counts 1 holder more\.$/

describe('a holder that GitLab 17.4 hides', () => {
  test.each(['unassign dora', 'bulk-unassign --members-of acme/platform --yes'])(
    '%s reports that GitLab counts more holders than the store contains',
    async (command) => {
      const team = await openWithHidden()
      for (const option of [['--dry-run'], []]) {
        const { results } = await team.inProcess.runForJson(0, [...command.split(' '), ...option])
        expect(results.find(({ input }) => /dora/.test(input))?.message).toMatch(counted)
      }
      expect(team.listGitLabHolders()).toEqual(['ada', 'dora'])
    },
  )

  test('unassign reports no further holder of a user whose seat GitLab 17.4 shows', async () => {
    const team = await openWithHidden()
    const { results } = await team.inProcess.runForJson(0, ['unassign', 'bob'])
    expect(results[0]?.message).toBe('The user has no seat.')
  })

  test.each(['bulk-assign', 'apply --yes --max-removals 100%'])(
    '%s does not report of a blocked member of GitLab 17.4 that the user holds no seat',
    async (command) => {
      const team = await openWithHidden()
      const { stderr } = await team.inProcess.run([...command.split(' '), '--members-of', 'acme/platform'])
      expect(stderr).toContain(
        'Left out, since they cannot be given a seat and hold none that GitLab lists: 1 blocked, 1 project_bot.\n',
      )
    },
  )
})
