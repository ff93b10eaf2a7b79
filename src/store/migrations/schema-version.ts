/** The number of migrations, which are loaded for an older store only. */
export const schemaVersion = 10
