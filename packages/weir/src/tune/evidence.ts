import { ticksPerDay } from '@weir/kql/types';
import type { ReadableLake } from '../lake/lake.ts';
import type { Finding } from '../model/finding.ts';
import { daysTouched } from './patterns.ts';

/** What each story of several days sent on each UTC day that has evidence, by finding id; none of one whose evidence does
 *  not come to its sum. */
export async function bytesByDay(
  { engine }: ReadableLake,
  findings: readonly Finding[],
): Promise<ReadonlyMap<string, readonly bigint[]>> {
  const byDay = new Map<string, readonly bigint[]>();
  for (const finding of findings.filter((each) => daysTouched(each) > 1n)) {
    const rows = await engine.rows<{ sent: bigint | null }>(
      `SELECT sum("BytesSent")::BIGINT AS sent FROM "DeviceNetworkEvents"
       WHERE "EventId" IN (SELECT unnest(from_json($ids, '["VARCHAR"]')))
       GROUP BY "Timestamp" // ${ticksPerDay} ORDER BY "Timestamp" // ${ticksPerDay}`,
      { ids: JSON.stringify(finding.evidence.eventIds) },
    );
    const days = rows.map(({ sent }) => sent ?? 0n);
    if (days.reduce((sum, sent) => sum + sent, 0n) === finding.bytesSent) byDay.set(finding.id, days);
  }
  return byDay;
}

/** The hosts of the data that the inventory calls our own: a tenant, bucket or repository, in lower case. */
export async function ownHosts({ engine }: ReadableLake): Promise<ReadonlySet<string>> {
  const rows = await engine.rows<{ host: string }>(
    `SELECT DISTINCT lower("Value") AS host FROM "Inventory"
     WHERE "Kind" IN ('tenant', 'bucket', 'repository') AND "Value" <> ''`,
  );
  return new Set(rows.map(({ host }) => host));
}
