/** Addresses that differ in letter case, in Unicode's composed or decomposed form, or in outer spaces alone become equal. */
export function foldAddress(address: string): string {
  // The usual case: to normalize thousands of addresses costs time.
  if (isAscii(address)) return address.trim().toLowerCase()
  // A second NFC: lower case takes some letters apart, such as İ.
  return address.trim().normalize('NFC').toLowerCase().normalize('NFC')
}

export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text)
}
