/** What the bundler puts in: a text as it is, and a page it makes. */
declare module '*.graphql' {
  const text: string
  export default text
}

declare module '*.html.gz' {
  const bytes: Uint8Array
  export default bytes
}
