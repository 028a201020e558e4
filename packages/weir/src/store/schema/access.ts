/** Accounts, sessions, tokens. */
export const accessTables = ``;
