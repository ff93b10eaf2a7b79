import type { ListFileDocument } from '../../documents.ts'
import type { RunDocument } from '../documents.ts'
import { requireFailure } from '../request-failure.ts'
import { formatChoices, formatLeftOut, type KeptList } from './kept-list.ts'
import type { ListOrder } from './list-documents.ts'
import { saveFile } from './save-file.ts'

interface DownloadsProps {
  kept: KeptList
  order: ListOrder
  document: RunDocument
  onProblem(message: string): void
}

export function Downloads({ kept, order, document, onProblem }: DownloadsProps) {
  const { reading, choices, api } = kept
  const request = { ...reading, ...formatChoices(choices) }
  const rejects = { ...request, left_out_rows: formatLeftOut(choices) }
  const save = (work: Promise<ListFileDocument>) =>
    void work.then(
      ({ file }) => saveFile(file.name, file.text),
      (error: unknown) => onProblem(requireFailure(error).message),
    )
  const hasChoices = choices.settled.size + choices.leftOut.size > 0
  const hasRejects =
    choices.leftOut.size > 0 || document.results.some(({ success, line }) => !success && line !== null)
  return (
    <>
      {hasChoices && (
        <button type="button" class="button" onClick={() => save(api.formatSettled(request))}>
          Download the settled list
        </button>
      )}
      {hasRejects && (
        <button
          type="button"
          class="button"
          onClick={() => save(api.formatRejects({ ...rejects, ...order, run_id: document.run.id }))}
        >
          Download the rejects
        </button>
      )}
    </>
  )
}
