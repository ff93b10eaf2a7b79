import { CommanderError } from 'commander'
import { explainFailure, type Failure } from '../report/explain-failure.ts'

export const helpHint = 'Add --help to see the commands and options.'

/** As {@link explainFailure}, also for an error of commander. */
export function describeFailure(error: unknown): Failure {
  return error instanceof CommanderError ? describeUsage(error) : explainFailure(error)
}

function describeUsage({ code, message }: CommanderError): Failure {
  const sentence = code === 'commander.help' ? 'No command is given.' : message.replace(/^error: /, '')
  return { exit: 'usage', message: sentence, hint: helpHint }
}
