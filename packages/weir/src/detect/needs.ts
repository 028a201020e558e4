import type { Engine } from '../engine/engine.ts';
import type { Need } from '../model/finding.ts';

const knownWhere: Readonly<Record<Need, string>> = {
  bytes: '"BytesSent" IS NOT NULL',
  process: `"InitiatingProcessFileName" <> ''`,
};

/** Those needs that no connection of the data meets. A rule that has one cannot fire, so that its silence says nothing. */
export async function unknownOf(engine: Engine, needs: readonly Need[]): Promise<Need[]> {
  const unknown: Need[] = [];
  for (const need of needs) {
    const known = await engine.rows(`SELECT 1 FROM main."DeviceNetworkEvents" WHERE ${knownWhere[need]} LIMIT 1`);
    if (known.length === 0) unknown.push(need);
  }
  return unknown;
}
