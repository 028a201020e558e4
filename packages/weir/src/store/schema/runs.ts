/** Where each rule stands, gaps, jobs. */
export const runTables = ``;
