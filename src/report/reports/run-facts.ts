import { addOns } from '../../domain/add-on.ts'
import type { Instant } from '../../domain/day.ts'
import {
  describeLeftOut,
  describeMembers,
  describeSettled,
  nameWholeCommand,
  runStates,
} from '../../domain/describe-run.ts'
import type { RecordedRun, RunState } from '../../domain/recorded-run.ts'
import { escapeControls } from '../escape-controls.ts'
import { formatAge, formatLocalSecond } from '../local-time.ts'
import type { Page } from '../page.ts'

/** Unknown facts have no line. */
export async function writeRunFacts(
  run: RecordedRun,
  state: RunState,
  { output, style, now }: Page,
): Promise<void> {
  const facts: [string, string | null][] = [
    ['Command', nameWholeCommand(run)],
    ['Add-on', addOns[run.addOn].product],
    ['File', run.source],
    ['Members', describeMembers(run.options)],
    ['SHA-256', run.sourceSha256],
    ['Settled', describeSettled(run.options)],
    ['Left out', describeLeftOut(run.options)],
    ['Who', `${run.actor} on ${run.host}`],
    ['GitLab', describeTokenUser(run)],
    ['CI user', run.ciUser === null ? null : `@${run.ciUser}`],
    ['CI job', run.ciJobUrl],
    ['Started', describeTime(run.startedAt, now)],
    ['Finished', run.finishedAt && formatLocalSecond(run.finishedAt)],
    ['State', runStates[state].sentence],
  ]
  const lines = facts.flatMap(([label, value]) =>
    value === null ? [] : [`${style.dim(`${label}:`.padEnd(labelWidth))}${escapeControls(value)}\n`],
  )
  await output.write(`${style.bold(`Run ${run.id}`)}\n${lines.join('')}`)
}

function describeTokenUser({ gitlabUserId, gitlabUsername }: RecordedRun): string | null {
  return gitlabUserId === null ? null : `@${gitlabUsername}, user ${gitlabUserId}, by the token`
}

function describeTime(instant: Instant, now: Instant | undefined): string {
  const age = now === undefined ? '' : ` (${formatAge(instant, now)})`
  return `${formatLocalSecond(instant)}${age}`
}

const labelWidth = 'Finished:  '.length
