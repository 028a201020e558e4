import { ticksPerDay } from '@weir/kql/types';
import { columns, type Rollup } from './column.ts';
import { longSum } from './longSum.ts';
import { outbound } from './outbound.ts';

/** What left each day, by device, account, program and destination: the history that a rule compares today with. A
 *  connection is of the day in which its facts were complete, so that a day never changes after its end but by late rows.
 *  Rows have no EventId: history explains a finding and is not its evidence. */
export const egressDaily: Rollup = {
  name: 'EgressDaily',
  columns: [
    // The UTC day's beginning, three times under the names that queries use, and its end, from which on a run sees it.
    ...columns('datetime', 'Day Timestamp TimeGenerated EvidenceTime'),
    // When the last of its connections was there, and not before the day's end.
    ...columns('datetime', 'ArrivedAt'),
    // InitiatingProcessFileName in lower case: one program is reported in several spellings.
    ...columns('string', 'DeviceName AccountName InitiatingProcessFileName'),
    ...columns('string', 'RegistrableDomain Service ServiceCategory SubTechnique'),
    // Of the connections whose bytes are known; null where none is.
    ...columns('long', 'BytesSent BytesReceived'),
    ...columns('long', 'Connections ConnectionsWithBytes'),
    ...columns('datetime', 'FirstSeen LastSeen'),
  ],
  of: (rows) => `SELECT "Day", "Day" AS "Timestamp", "Day" AS "TimeGenerated", "Day" + ${ticksPerDay} AS "EvidenceTime",
      greatest("Day" + ${ticksPerDay}, max("ArrivedAt")) AS "ArrivedAt",
      "DeviceName", "AccountName", lower_name AS "InitiatingProcessFileName",
      "RegistrableDomain", "Service", "ServiceCategory", "SubTechnique",
      ${longSum('sum("BytesSent")')} AS "BytesSent", ${longSum('sum("BytesReceived")')} AS "BytesReceived",
      count(*) AS "Connections", count("BytesSent") AS "ConnectionsWithBytes",
      min("Timestamp") AS "FirstSeen", max("EvidenceTime") AS "LastSeen"
    FROM (SELECT *, ${dayOf('"EvidenceTime"')} AS "Day", lower("InitiatingProcessFileName") AS lower_name
      FROM ${rows} WHERE ${outbound})
    GROUP BY "Day", "DeviceName", "AccountName", lower_name, "RegistrableDomain", "Service", "ServiceCategory", "SubTechnique"`,
};

/** SQL of the day's beginning of an evidence time. */
export function dayOf(evidenceTime: string): string {
  return `(${evidenceTime} // ${ticksPerDay} * ${ticksPerDay})`;
}

/** SQL of the moment from which on the day of an evidence time stands there. */
export function dayIsOver(evidenceTime: string): string {
  return `(${evidenceTime} // ${ticksPerDay} + 1) * ${ticksPerDay}`;
}
