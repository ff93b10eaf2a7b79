import { execFileSync } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import type { Workdir } from './workdir.ts'

/** Shell code that asks for a completion. Each argument ends with a unit separator. */
export const askForCompletion = '{ printf \'%s\\037\' "$@" > questions; exec cat answers; }'

/**
 * Answers completions of a shell in this process, one after the other, since starting the binary takes longer. Two named
 * pipes carry them.
 *
 * @returns a function that ends it
 */
export function answerCompletions(workdir: Workdir): () => Promise<void> {
  const [questions, answers] = [workdir.join('questions'), workdir.join('answers')]
  execFileSync('mkfifo', [questions, answers])
  const finished = answerAll(workdir, questions, answers)
  return async () => {
    // Lets an answer go that no shell reads.
    const reader = await open(answers, 'r+')
    await writeFile(questions, '')
    await finished
    await reader.close()
  }
}

async function answerAll(workdir: Workdir, questions: string, answers: string): Promise<void> {
  for (;;) {
    const question = await readFile(questions, 'utf8')
    if (question === '') return
    const { stdout } = await workdir.inProcess.run(question.split('\u001f').slice(0, -1))
    await writeFile(answers, stdout)
  }
}
