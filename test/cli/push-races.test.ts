import { describe, expect, test } from 'vitest'
import { notAvailable } from '../gitlab/peer-gitlab.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { groupSubscription, makeSeat } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'
import { answerError, type Tampering } from '../support/tampering-proxy.ts'

describe('a holder whom GitLab hides from an Owner, since the holder is blocked', () => {
  /** As GitLab hides blocked users in look-ups from all but administrators; its list of holders contains them. */
  function hideBlocked(team: LinkedTeam, onMutation: Tampering): void {
    const rewrite = (body: string) => {
      const answer = JSON.parse(body)
      for (const name of ['users', 'byUsername', 'byId']) {
        const list = answer.data?.[name]
        if (list?.nodes !== undefined)
          list.nodes = list.nodes.filter(({ state }: { state: string }) => state !== 'blocked')
      }
      return JSON.stringify(answer)
    }
    team.proxy.tamper = ({ isMutation }) => (isMutation ? onMutation : { rewrite })
  }

  async function openTeam(): Promise<LinkedTeam> {
    return openLinkedTeam({ subscription: groupSubscription, seats: [1, 4].map((id) => makeSeat(id)) })
  }

  test('unassign does not confirm a removal that a token may not make', async () => {
    const team = await openTeam()
    hideBlocked(team, answerError(notAvailable))
    const document = await team.inProcess.runForJson(4, ['unassign', 'dora'])
    expect(condense(document)).toEqual([['dora', 'pending_removal', 'pending']])
    expect(team.listGitLabHolders()).toEqual(['ada', 'dora'])
  })

  test('unassign takes the seat with a token that may', async () => {
    const team = await openTeam()
    hideBlocked(team, 'pass')
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'dora']))).toEqual([
      ['dora', 'unassigned', 'confirmed'],
    ])
  })

  test('unassign confirms the removal of a user whom GitLab has deleted meanwhile', async () => {
    const team = await openTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation)
        team.changeGitLab(`
          PRAGMA foreign_keys = OFF;
          DELETE FROM seats WHERE user_id = 4;
          DELETE FROM users WHERE id = 4
        `)
      return 'pass'
    }
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'dora']))).toEqual([
      ['dora', 'unassigned', 'confirmed'],
    ])
  })
})
