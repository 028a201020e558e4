/** Alerts, their trail, exceptions, the outbox. */
export const alertTables = ``;
