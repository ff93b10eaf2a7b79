import type { AddOn } from './add-on.ts'

const usualDays = 60

/** A dry run. @param addOn null if a command need not name it: only one is active */
export function nameReclaim(addOn: AddOn | null, inactiveForDays = usualDays): string {
  return `duo-seats reclaim${nameAddOn(addOn)} --inactive-for ${inactiveForDays}d`
}

/** An option, or the empty text for null. */
export function nameAddOn(addOn: AddOn | null): string {
  return addOn === null ? '' : ` --add-on ${addOn}`
}
