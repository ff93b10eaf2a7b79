import { CommanderError } from 'commander'
import { explainFailure, type Failure } from '../report/explain-failure.ts'
import { describeReason } from './describe-reason.ts'
import { isPrintFailure } from './print-failure.ts'

export const helpHint = 'Add --help to see the commands and options.'

/** As {@link explainFailure}, also for an error of commander and a stdout that cannot be written to. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CommanderError) return describeUsage(error)
  return isPrintFailure(error) ? describeUnprinted(error) : explainFailure(error)
}

function describeUnprinted(error: Error): Failure {
  return {
    exit: 'failed',
    message: `The output cannot be printed: ${describeReason(error)}.`,
    hint: 'Make room or redirect it to another disk, then run the command again; it does nothing twice.',
  }
}

function describeUsage({ code, message }: CommanderError): Failure {
  const sentence = code === 'commander.help' ? 'No command is given.' : message.replace(/^error: /, '')
  return { exit: 'usage', message: sentence, hint: helpHint }
}
