/** Cases that people confirmed, which exceptions are held to: few among all alerts, and asked for often. */
export const confirmedIndex = `
CREATE INDEX alert_confirmed ON alert (id) WHERE verdict = 'true-positive';
`;
