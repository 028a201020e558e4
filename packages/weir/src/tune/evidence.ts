import { ticksPerDay } from '@weir/kql/types';
import type { ReadableLake } from '../lake/lake.ts';
import type { Finding } from '../model/finding.ts';
import { daysTouched } from './patterns.ts';

/** What each story of several days sent on each UTC day that has evidence, by finding id; none of one whose evidence does
 *  not come to its sum. In one pass over the rows, however many stories there are. */
export async function bytesByDay(
  { engine }: ReadableLake,
  findings: readonly Finding[],
): Promise<ReadonlyMap<string, readonly bigint[]>> {
  const several = findings.filter((each) => daysTouched(each) > 1n);
  const pairs = several.flatMap(({ id, evidence }) => evidence.eventIds.map((event) => ({ finding: id, event })));
  const rows = await engine.rows<{ finding: string; sent: bigint | null }>(
    `SELECT finding, sum("BytesSent") AS sent
     FROM (SELECT unnest(from_json($pairs, '[{"finding":"VARCHAR","event":"VARCHAR"}]'), recursive := true))
     JOIN "DeviceNetworkEvents" ON "EventId" = event
     GROUP BY finding, "Timestamp" // ${ticksPerDay} ORDER BY finding, "Timestamp" // ${ticksPerDay}`,
    { pairs: JSON.stringify(pairs) },
  );
  const days = Map.groupBy(rows, ({ finding }) => finding);
  return new Map(
    several.flatMap(({ id, bytesSent }) => {
      const sent = (days.get(id) ?? []).map((day) => day.sent ?? 0n);
      return sent.reduce((sum, each) => sum + each, 0n) === bytesSent ? [[id, sent] as const] : [];
    }),
  );
}

/** The hosts of the data that the inventory calls our own: a tenant, bucket or repository, in lower case. */
export async function ownHosts({ engine }: ReadableLake): Promise<ReadonlySet<string>> {
  const rows = await engine.rows<{ host: string }>(
    `SELECT DISTINCT lower("Value") AS host FROM "Inventory"
     WHERE "Kind" IN ('tenant', 'bucket', 'repository') AND "Value" <> ''`,
  );
  return new Set(rows.map(({ host }) => host));
}
