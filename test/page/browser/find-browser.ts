import { existsSync } from 'node:fs'

/** The headless shell comes first: it has no window, which takes a fifth of the CPU. */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

export const missingBrowser = 'Chromium is not installed; apt-get install chromium-headless-shell'

/** @returns DUO_SEATS_TEST_BROWSER, or the program that is installed; null without either */
export function findBrowser(): string | null {
  const chosen = process.env['DUO_SEATS_TEST_BROWSER']
  return chosen ?? programs.find((path) => existsSync(path)) ?? null
}
