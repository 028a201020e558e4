import type { Engine } from '../../engine/engine.ts';
import { sqlText } from '../../engine/sql.ts';
import type { Beyond } from '../../fuse/beyond.ts';
import { shows } from '../../fuse/holdings.ts';
import { tellsProxy } from '../../fuse/proxies.ts';
import { hour } from '../../fuse/ticks.ts';
import type { Inventory } from '../../model/inventory.ts';
import {
  deviceNetworkEvents,
  endpointConnections,
  networkFlows,
  observedNames,
  type Table,
  toldTables,
} from '../../tables/index.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Rows } from './pairs.ts';

/** What all logs of the lake tell that decides about any part of them (`Beyond`), kept in the engine and brought up to date
 *  from what is new. */
export class Known {
  readonly #engine: Engine;
  #seq: bigint | undefined;
  #retained = 0n;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Learns what a snapshot has that none before it had. At first it reads all, and tells apart what came after `since`. Who
   *  showed an address before `retained` (ticks) is forgotten with the rows that told it. */
  async learn(snapshot: Snapshot, since: bigint, retained = 0n): Promise<void> {
    if (this.#seq === snapshot.seq) return;
    const rows = (table: Table) =>
      `(${this.#seq === undefined ? snapshot.rows(table) : snapshot.added(table, this.#seq)})`;
    for (const [name, { columns, from }] of Object.entries(facts)) {
      const table = `memory.known_${name}`;
      const told = `SELECT ${columns}, count(*) AS rows FROM (${from(rows)}) GROUP BY ALL`;
      if (this.#seq !== undefined)
        await this.#engine.run(
          `INSERT INTO ${table} SELECT ${columns}, ${snapshot.seq} FROM (${told}) ANTI JOIN ${table} AS k USING (${columns})`,
        );
      else
        await this.#engine.run(
          `CREATE OR REPLACE TABLE ${table} AS
           SELECT ${columns}, CASE WHEN new.rows = told.rows THEN ${snapshot.seq} ELSE 0 END::BIGINT AS seq
           FROM (${told}) told LEFT JOIN (
             SELECT ${columns}, count(*) AS rows FROM (${from((table) => `(${snapshot.added(table, since)})`)}) GROUP BY ALL) new
             USING (${columns})`,
        );
    }
    await this.#learnHolders(rows);
    if (retained > this.#retained) await this.#engine.run(`DELETE FROM memory.known_holders WHERE last < ${retained}`);
    this.#retained = retained;
    this.#seq = snapshot.seq;
  }

  /** Whether what was learned since a commit may decide about any row: a site or protocol that no row named before (matching
   *  meets each with each), a proxy, or another spelling of a device. */
  async tellsOfAll(since: bigint): Promise<boolean> {
    const same = (one: string, other: string) => `lower(o."${one}") = nullif(lower(n."${other}"), '')`;
    const names = ['DeviceName', 'DeviceId'];
    const alike = names.flatMap((one) => names.map((other) => same(one, other)));
    const [told] = await this.#engine.rows(
      `SELECT 1 FROM memory.known_meetings WHERE seq > ${since}
       UNION ALL SELECT 1 FROM memory.known_proxies WHERE seq > ${since}
       UNION ALL
       SELECT 1 FROM (FROM memory.known_devices WHERE seq > ${since}) n JOIN memory.known_devices o
         ON (o."DeviceName", o."DeviceId") <> (n."DeviceName", n."DeviceId") AND (${alike.join(' OR ')}
           OR split_part(lower(o."DeviceName"), '.', 1) = nullif(split_part(lower(n."DeviceName"), '.', 1), ''))
       LIMIT 1`,
    );
    return told !== undefined;
  }

  /** SQL for what is known, beside what is told of clocks. */
  beyond(clocks: Pick<Beyond, 'offsets' | 'endpointClocks' | 'sensorClocks' | 'tellers'>): Beyond {
    return {
      devices: 'memory.known_devices',
      meetings: 'memory.known_meetings',
      proxies: '(SELECT "ServerIP" AS text, "ServerPort" AS port FROM memory.known_proxies)',
      holders: `(SELECT "Site", "LocalIP", unnest([first, last]) AS t, "DeviceName", "DeviceId" FROM memory.known_holders)`,
      ...clocks,
    };
  }

  /** SQL: the addresses of proxies. */
  proxies(inventory: Inventory | undefined): string {
    const told = (inventory?.proxies ?? []).map(({ address }) => `SELECT ${sqlText(address)}`);
    return ['SELECT "ServerIP" AS address FROM memory.known_proxies', ...told].join(' UNION ALL ');
  }

  /** `known_holders`: an hour's first and last of a device at an address: who had it before and after is what matters. */
  async #learnHolders(rows: Rows): Promise<void> {
    const key = ['"Site"', '"LocalIP"', '"DeviceName"', '"DeviceId"', 'hour'];
    const shown = `SELECT ${key.join(', ')}, min("Timestamp") AS first, max("Timestamp") AS last
      FROM (SELECT *, "Timestamp" // ${hour} AS hour FROM ${rows(endpointConnections)} WHERE ${shows}) GROUP BY ALL`;
    if (this.#seq === undefined) {
      await this.#engine.run(`CREATE OR REPLACE TABLE memory.known_holders AS ${shown}`);
      return;
    }
    // Nothing of what is known is written again: there is a row for each device of each hour.
    await this.#engine.run(`CREATE OR REPLACE TEMP TABLE fuse_shown AS ${shown}`);
    await this.#engine.run(
      `UPDATE memory.known_holders AS k SET first = least(k.first, n.first), last = greatest(k.last, n.last)
       FROM fuse_shown n WHERE ${key.map((name) => `n.${name} = k.${name}`).join(' AND ')}`,
    );
    await this.#engine.run(
      `INSERT INTO memory.known_holders FROM fuse_shown ANTI JOIN memory.known_holders AS k USING (${key.join(', ')})`,
    );
    await this.#engine.run('DROP TABLE temp.fuse_shown');
  }
}

/** SQL: the addresses of translators that the inventory names, or some flows. */
export function translatorsOf(inventory: Inventory | undefined, rows: Rows): string {
  const told = (inventory?.translators ?? []).map(({ address }) => `SELECT ${sqlText(address)}`);
  const shown = `SELECT DISTINCT "ThroughIP" AS address FROM ${rows(networkFlows)} WHERE "ThroughIP" <> ''`;
  return [shown, ...told].join(' UNION ALL ');
}

/** The tables whose rows spell devices. */
const deviceTables: readonly Table[] = [endpointConnections, ...toldTables.keys(), ...toldTables.values()].filter(
  ({ name }) => !name.startsWith(deviceNetworkEvents.name),
);

/** Kinds of facts: their columns, and SQL that gives them over the rows of tables. */
const facts: Readonly<
  Record<'devices' | 'meetings' | 'proxies', { readonly columns: string; readonly from: (rows: Rows) => string }>
> = {
  devices: {
    columns: '"DeviceName", "DeviceId"',
    from: (rows) =>
      deviceTables.map((table) => `SELECT "DeviceName", "DeviceId" FROM ${rows(table)}`).join(' UNION ALL '),
  },
  meetings: {
    columns: 'event, "Site", "Protocol"',
    from: (rows) => `SELECT true AS event, "Site", "Protocol" FROM ${rows(endpointConnections)}
      UNION ALL SELECT false, "Site", "Protocol" FROM ${rows(networkFlows)}`,
  },
  proxies: {
    columns: '"ServerIP", "ServerPort"',
    from: (rows) => `SELECT "ServerIP", "ServerPort" FROM ${rows(observedNames)} WHERE ${tellsProxy}`,
  },
};
