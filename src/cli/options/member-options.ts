import { type Command, InvalidArgumentError, Option } from 'commander'
import { type MinRole, minRoles } from '../../domain/access-level.ts'
import { addOnNames } from '../../domain/add-on.ts'
import { UserError } from '../../errors.ts'

export interface MemberOptions {
  minRole?: MinRole
  inherited?: boolean
  withSubgroups?: boolean
  withInvited?: boolean
}

export function addMemberOptions(command: Command, groupOption: Option): Command {
  return command
    .addOption(groupOption.argParser(addGroupPaths))
    .addOption(
      new Option('--min-role <role>', 'of the groups: count only members with this role or higher').choices(
        minRoles,
      ),
    )
    .option('--inherited', 'of the groups: count members of the groups above as well')
    .option('--with-subgroups', 'of the groups: count members of the groups below as well')
    .option('--with-invited', 'of the groups: count members of invited groups as well')
}

const fileOptions = ['rejects', 'delimiter', 'column', 'encoding', 'header']

export function holdersOption(): Option {
  return new Option(
    '--holders-of <add-on>',
    'in place of a file: the holders of another add-on, now or at its end',
  )
    .choices(addOnNames)
    .conflicts(['membersOf', ...fileOptions])
}

export function membersOption(): Option {
  const description = 'in place of a file: the direct members of a group, by its full path; may be repeated'
  return new Option('--members-of <path>', description).conflicts(fileOptions)
}

/** Slashes around the path do no harm. */
function addGroupPaths(text: string, paths: readonly string[] = []): string[] {
  return text.split(',').reduce<string[]>(addGroupPath, [...paths])
}

function addGroupPath(paths: readonly string[], text: string): string[] {
  const path = text.trim().replace(/^\/+|\/+$/g, '')
  if (path === '' || /[\s:]|\/\//.test(path))
    throw new InvalidArgumentError('It takes the full path of a group, such as acme/platform.')
  const isKnown = paths.some((known) => known.toLowerCase() === path.toLowerCase())
  return isKnown ? [...paths] : [...paths, path]
}

export function refuseWithoutGroups(options: MemberOptions, groupOption: string): void {
  const { minRole, inherited, withSubgroups, withInvited } = options
  const given = [
    minRole !== undefined && '--min-role',
    inherited && '--inherited',
    withSubgroups && '--with-subgroups',
    withInvited && '--with-invited',
  ].find((flag) => typeof flag === 'string')
  if (given === undefined) return
  throw new UserError(
    'usage',
    `${given} needs a group.`,
    `Name one: ${groupOption} acme/platform. Or leave out ${given}.`,
  )
}
