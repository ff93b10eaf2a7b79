/** Marks the file as ours in SQLite's header: the bytes "DUO1". */
export const applicationId = 0x44554f31
