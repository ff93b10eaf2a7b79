/** As a download of the browser. */
export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  link.click()
  // The browser may read it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
