import type { Engine } from '../engine/engine.ts';
import { type Blindness, type Need, needs } from '../model/finding.ts';
import { outbound } from '../tables/index.ts';
import type { TimeSpan } from './ticks.ts';
import { evidenceTime } from './window.ts';

/** For each need, for how many of the connections that left it was known, and where it was not. */
export type Sight = ReadonlyMap<Need, Omit<Blindness, 'declared'>>;

const knownWhere: Readonly<Record<Need, string>> = {
  bytes: '"BytesSent" IS NOT NULL',
  process: `"InitiatingProcessFileName" <> ''`,
  // A published address range says the service as a name does.
  name: `("RemoteHost" <> '' OR "Service" <> '')`,
};

const hour = 36_000_000_000n;
const day = 24n * hour;
/** Gaps are found by the hour, over more time by the day. */
const longestByHour = 14n * day;

const named = 5;
const spansTold = 3;

/** Looks once over the connections that left in a span of evidence time. */
export async function sightOf(engine: Engine, { from, until }: TimeSpan): Promise<Sight> {
  const width = until - from <= longestByHour ? hour : day;
  const within = `${evidenceTime('DeviceNetworkEvents')} BETWEEN ${from} AND ${until}`;
  const counts = needs.map((need) => `count(*) FILTER (${knownWhere[need]}) AS ${need}`).join(', ');
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE detect_sight AS
     SELECT "DeviceName" AS device, "Timestamp" // ${width} AS slot, GROUPING("DeviceName") = 0 AS whose,
       count(*) AS n, ${counts}, min("Timestamp") AS first, max("Timestamp") AS last,
       bool_and("Fusion" = 'flow') AS flows, bool_and("Fusion" = 'endpoint') AS events
     FROM main."DeviceNetworkEvents" WHERE ${within} AND ${outbound}
     GROUP BY GROUPING SETS (("DeviceName"), ("Timestamp" // ${width}))`,
  );
  try {
    const found = new Map<Need, Omit<Blindness, 'declared'>>();
    for (const need of needs) found.set(need, await needOf(engine, need, width));
    return found;
  } finally {
    await engine.run('DROP TABLE temp.detect_sight');
  }
}

async function needOf(engine: Engine, need: Need, width: bigint): Promise<Omit<Blindness, 'declared'>> {
  const [sums] = await engine.rows<{ n: bigint; known: bigint; blind: bigint; alone: boolean | null }>(
    `SELECT coalesce(sum(n), 0)::BIGINT AS n, coalesce(sum(${need}), 0)::BIGINT AS known,
       count(*) FILTER (${need} = 0) AS blind, bool_and(${loneSource[need]}) FILTER (${need} = 0) AS alone
     FROM detect_sight WHERE whose`,
  );
  const hosts = await engine.rows<{ device: string }>(
    `SELECT device FROM detect_sight WHERE whose AND ${need} = 0 ORDER BY n DESC, device LIMIT ${named}`,
  );
  const [connections, known] = [Number(sums?.n ?? 0n), Number(sums?.known ?? 0n)];
  return {
    need,
    connections,
    known,
    hosts: { count: Number(sums?.blind ?? 0n), most: hosts.map(({ device }) => device), alone: sums?.alone === true },
    spans: known === 0 || known === connections ? [] : await spansWithout(engine, need, width),
  };
}

/** The log that a row was made of alone where what is needed is the other one's to tell. */
const loneSource: Readonly<Record<Need, string>> = { bytes: 'events', process: 'flows', name: 'false' };

/** Stretches of at least a slot's length in which it was known for no connection, the longest first. Slots without a
 *  connection neither begin nor end one. */
async function spansWithout(engine: Engine, need: Need, width: bigint): Promise<TimeSpan[]> {
  return engine.rows<TimeSpan>(
    `WITH slot AS (
       SELECT ${need} = 0 AS blind, first, last,
         row_number() OVER (ORDER BY slot) - row_number() OVER (PARTITION BY ${need} = 0 ORDER BY slot) AS stretch
       FROM detect_sight WHERE NOT whose AND slot IS NOT NULL)
     SELECT min(first) AS "from", max(last) AS until FROM slot WHERE blind GROUP BY stretch
     HAVING max(last) - min(first) >= ${width} ORDER BY max(last) - min(first) DESC, min(first) LIMIT ${spansTold}`,
  );
}
