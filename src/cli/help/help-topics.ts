import { lookUp } from '../../domain/look-up.ts'

type LoadTopic = () => Promise<{ default: string }>

/** Topics by the word that is typed behind `help`. A topic is one file and one row. */
const topics: Record<string, LoadTopic> = {
  commands: () => import('./topics/commands.md'),
  csv: () => import('./topics/csv.md'),
  people: () => import('./topics/people.md'),
  outcomes: () => import('./topics/outcomes.md'),
  'exit-codes': () => import('./topics/exit-codes.md'),
  formats: () => import('./topics/formats.md'),
  linked: () => import('./topics/linked.md'),
  snapshot: () => import('./topics/snapshot.md'),
  store: () => import('./topics/store.md'),
  reports: () => import('./topics/reports.md'),
  environment: () => import('./topics/environment.md'),
  security: () => import('./topics/security.md'),
  serve: () => import('./topics/serve.md'),
  completion: () => import('./topics/completion.md'),
  rake: () => import('./topics/rake.md'),
  numbers: () => import('./topics/numbers.md'),
  glossary: () => import('./topics/glossary.md'),
}

/** Words that users type for a topic of another name. */
const otherWords: Readonly<Record<string, string>> = { rehearse: 'serve', practice: 'serve' }

export const topicNames: readonly string[] = Object.keys(topics)

/** @returns the Markdown of a topic; null if no topic has this name */
export async function readTopic(word: string): Promise<string | null> {
  const name = lookUp(otherWords, word) ?? word
  const load = lookUp(topics, name)
  return load === undefined ? null : (await load()).default
}
