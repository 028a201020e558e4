import type { Engine } from '../../engine/engine.ts';
import type { Beyond } from '../../fuse/beyond.ts';
import { deviceKey } from '../../fuse/devices.ts';
import { hour } from '../../fuse/ticks.ts';
import {
  deviceNetworkEvents,
  endpointConnections,
  networkFlows,
  observedNames,
  type Table,
  toldTables,
} from '../../tables/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** What all logs of the lake tell that decides about any part of them (`Beyond`), kept in the engine and brought up to date
 *  from what is new. */
export class Known {
  readonly #engine: Engine;
  #seq: bigint | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Learns what a snapshot has that none before it had. */
  async learn(snapshot: Snapshot): Promise<void> {
    const since = this.#seq;
    if (since === snapshot.seq) return;
    const rows = (table: Table) => `(${since === undefined ? snapshot.rows(table) : snapshot.added(table, since)})`;
    for (const [name, { columns, select }] of Object.entries(facts(rows))) {
      await this.#engine.run(`CREATE TABLE IF NOT EXISTS memory.known_${name} (${columns})`);
      await this.#engine.run(`INSERT INTO memory.known_${name} (${select}) EXCEPT FROM memory.known_${name}`);
    }
    this.#seq = snapshot.seq;
  }

  /** SQL for what is known, beside what is told of clocks. */
  beyond(offsets: string): Beyond {
    return {
      devices: 'memory.known_devices',
      meetings: 'memory.known_meetings',
      proxies: 'memory.known_proxies',
      holders: `(SELECT "Site", "LocalIP", unnest([first, last]) AS t, "DeviceName", "DeviceId" FROM memory.known_holders)`,
      offsets,
      tellers: `(SELECT '' AS "of", '' AS teller, 0 AS rank LIMIT 0)`,
    };
  }
}

/** The tables whose rows spell devices. */
export const deviceTables: readonly Table[] = [
  endpointConnections,
  ...toldTables.keys(),
  ...toldTables.values(),
].filter(({ name }) => !name.startsWith(deviceNetworkEvents.name));

/** SQL for each kind of fact, over the rows of tables. */
function facts(
  rows: (table: Table) => string,
): Record<'devices' | 'meetings' | 'proxies' | 'holders', { readonly columns: string; readonly select: string }> {
  return {
    devices: {
      columns: '"DeviceName" VARCHAR, "DeviceId" VARCHAR',
      select: deviceTables
        .map((table) => `SELECT DISTINCT "DeviceName", "DeviceId" FROM ${rows(table)}`)
        .join(' UNION '),
    },
    meetings: {
      columns: 'event BOOLEAN, "Site" VARCHAR, "Protocol" VARCHAR',
      select: `(SELECT DISTINCT true, "Site", "Protocol" FROM ${rows(endpointConnections)}
        UNION ALL SELECT DISTINCT false, "Site", "Protocol" FROM ${rows(networkFlows)})`,
    },
    proxies: {
      columns: 'text VARCHAR, port INTEGER',
      select: `SELECT DISTINCT "ServerIP", "ServerPort" FROM ${rows(observedNames)}
        WHERE ${proxyTold}`,
    },
    // An hour's first and last of a device at an address: who had it before and after is what matters.
    holders: {
      columns: '"Site" VARCHAR, "LocalIP" VARCHAR, "DeviceName" VARCHAR, "DeviceId" VARCHAR, first BIGINT, last BIGINT',
      select: `SELECT "Site", "LocalIP", "DeviceName", "DeviceId", min("Timestamp"), max("Timestamp") FROM ${rows(endpointConnections)}
        WHERE ${shows} GROUP BY "Site", "LocalIP", "DeviceName", "DeviceId", "Timestamp" // ${hour}`,
    },
  };
}

/** SQL over an endpoint row: whether it shows that its device has its local address. */
export const shows = `"LocalIP" <> '' AND "Timestamp" IS NOT NULL AND ${deviceKey('')} <> '' AND "ActionType" NOT ILIKE '%Inspected'`;

/** SQL over a name: whether it tells where a forward proxy listens. */
export const proxyTold = `"Kind" = 'proxy' AND "ServerIP" <> '' AND "ServerPort" IS NOT NULL`;
