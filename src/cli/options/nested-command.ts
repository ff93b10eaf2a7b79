import type { Command, HelpConfiguration } from 'commander'

/** Help without the options of the outer command, which do not apply. */
export function hideOuterOptions(program: Command): HelpConfiguration {
  return { ...program.configureHelp(), visibleGlobalOptions: () => [...program.options] }
}

/** commander gives them to the outer command, wherever they stand: so does it with an option that both have. */
export function refuseOuterOptions(outer: Command, inner: Command): void {
  for (const option of outer.options) {
    const isShared = inner.options.some(({ long }) => long === option.long)
    if (!isShared && outer.getOptionValueSource(option.attributeName()) === 'cli')
      inner.error(`error: option '${option.long}' cannot be used with "${outer.name()} ${inner.name()}"`)
  }
}
