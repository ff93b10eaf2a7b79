import { addOns } from '../../../domain/add-on.ts'
import {
  describeLeftOut,
  describeMembers,
  describeSettled,
  nameWholeCommand,
  runStates,
} from '../../../domain/describe-run.ts'
import { localMinute } from '../local-time.ts'
import type { RunFacts as Facts } from './history-documents.ts'

interface RunFactsProps {
  run: Facts
}

/** Unknown facts have no line. */
export function RunFacts({ run }: RunFactsProps) {
  return (
    <dl class="run-facts">
      {listFacts(run).map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function listFacts(run: Facts): [string, string][] {
  const facts: [string, string | null][] = [
    ['Command', nameWholeCommand(run)],
    ['Add-on', addOns[run.add_on].product],
    ['File', run.source],
    ['Members', describeMembers(run.options)],
    ['Settled', describeSettled(run.options)],
    ['Left out', describeLeftOut(run.options)],
    ['By', `${run.actor} on ${run.host}`],
    ['GitLab user', run.gitlab_username === null ? null : `@${run.gitlab_username}`],
    ['CI user', run.ci_user === null ? null : `@${run.ci_user}`],
    ['CI job', run.ci_job_url],
    ['Started', localMinute(run.started_at)],
    ['Finished', run.finished_at === null ? null : localMinute(run.finished_at)],
    ['State', runStates[run.state].sentence],
  ]
  return facts.flatMap(([title, value]) => (value === null ? [] : [[title, value]]))
}
