/** For a focus whose element goes away. */
export function focusMain(): void {
  document.querySelector('main')?.focus({ preventScroll: true })
}
