import type { Command, HelpConfiguration } from 'commander'

/** Help without the options of the outer command, which do not apply. */
export function hideOuterOptions(program: Command): HelpConfiguration {
  return { ...program.configureHelp(), visibleGlobalOptions: () => [...program.options] }
}

/** commander gives an option of the outer command to that command wherever it stands, even one that both commands have. */
export function refuseOuterOptions(outer: Command, inner: Command): void {
  for (const option of outer.options) {
    const isShared = inner.options.some(({ long }) => long === option.long)
    if (!isShared && outer.getOptionValueSource(option.attributeName()) === 'cli')
      inner.error(`error: option '${option.long}' cannot be used with "${outer.name()} ${inner.name()}"`)
  }
}
