import type { AddOn } from './add-on.ts'

/** A dry run. It names the add-on: more than one may be active. */
export function nameUsualReclaim(addOn: AddOn): string {
  return `duo-seats reclaim --add-on ${addOn} --inactive-for 60d`
}
