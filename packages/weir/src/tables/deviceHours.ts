import { columns, type Rollup } from './column.ts';
import { dayOf } from './egressDaily.ts';
import { outbound } from './outbound.ts';

const hour = 36_000_000_000n;

/** In which hours of a day something left a device, and in which people used it. Scores look two weeks back at it, for every
 *  rule, which the connections themselves are too many for; no query names it. */
export const deviceHours: Rollup = {
  name: 'DeviceHours',
  columns: [
    // The UTC day's beginning.
    ...columns('datetime', 'Day'),
    // In lower case: one device is reported in several spellings.
    ...columns('string', 'DeviceName'),
    // 0 to 23, UTC.
    ...columns('long', 'Hour'),
    // Outbound: as EgressDaily counts. People: a browser or a chat program had a connection, whichever way.
    ...columns('bool', 'Outbound People'),
  ],
  of: (rows) => `SELECT "Day", "DeviceName", "Hour", bool_or("Outbound") AS "Outbound", bool_or("People") AS "People"
    FROM (SELECT ${dayOf('"EvidenceTime"')} AS "Day", lower("DeviceName") AS "DeviceName",
        "EvidenceTime" // ${hour} % 24 AS "Hour", (${outbound}) AS "Outbound", "ProgramKind" IN ('browser', 'chat') AS "People"
      FROM ${rows})
    WHERE "Outbound" OR "People" GROUP BY "Day", "DeviceName", "Hour"`,
};
