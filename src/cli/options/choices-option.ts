import { InvalidArgumentError, Option } from 'commander'

/** An option that takes several values: with commas or spaces between them, or repeated. */
export function choicesOption(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description)
    .choices(choices)
    .argParser((text, chosen: readonly string[] = []) => [
      ...new Set([...chosen, ...parseChoices(text, choices)]),
    ])
}

function parseChoices(text: string, choices: readonly string[]): string[] {
  const values = text.split(',').map((value) => value.trim())
  const unknown = values.find((value) => !choices.includes(value))
  if (unknown !== undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`)
  return values
}
