import { join } from 'node:path';
import { loadCatalogue } from '../packages/weir/src/catalogue/load.ts';
import { nodeDisk } from '../packages/weir/src/disk/nodeDisk.ts';
import { Engine } from '../packages/weir/src/engine/engine.ts';
import { fuse } from '../packages/weir/src/fuse/fuse.ts';
import { Lake } from '../packages/weir/src/lake/lake.ts';
import { LiveFusion } from '../packages/weir/src/live/fusion/fusion.ts';
import { LiveLake } from '../packages/weir/src/live/liveLake.ts';
import type { Catalogue } from '../packages/weir/src/model/catalogue.ts';
import { Store } from '../packages/weir/src/store/store.ts';
import { endpointConnections, networkFlows, observedNames, type Table } from '../packages/weir/src/tables/index.ts';
import { dataStart } from './rows.ts';

const second = 10_000_000n;
export const hour = 3_600n * second;

/** The office's connections of some numbers, which follow each other by `step` ticks. Of ten rows four are flows, three the
 *  endpoint's, two names that TLS told and one is an answer. */
function told(from: number, count: number, start: bigint, step: bigint): readonly (readonly [Table, string])[] {
  const connections = `SELECT i, ${start}::BIGINT + (i - ${from})::BIGINT * ${step} AS t, (hash(i, 'h') % 500)::INTEGER AS host,
      (pow(hash(i, 's') % 1000000 / 1e6, 3) * 3000)::INTEGER AS server, (1024 + hash(i, 'p') % 60000)::INTEGER AS port,
      '10.1.' || (host // 250) || '.' || (host % 250) AS client, '203.' || (server // 250) || '.113.' || (server % 250) AS remote,
      'www.site' || server || '.example' AS name
    FROM range(${from}, ${from + count}) AS r(i)`;
  return [
    [
      networkFlows,
      `SELECT t AS "Timestamp", client AS "LocalIP", port AS "LocalPort", remote AS "RemoteIP", 443 AS "RemotePort", 'tcp' AS "Protocol",
        t AS "FlowStart", t + 5000000 AS "FlowEnd", 900 AS "BytesSent", 4000 AS "BytesReceived", 'zeek-conn' AS "BytesSource",
        'established' AS "Outcome", 'outbound' AS "Direction", 'C' || i AS "FlowId", 'zeek:C' || i AS "EventId" FROM (${connections})`,
    ],
    [
      endpointConnections,
      `SELECT t + 3000000 AS "Timestamp", 'ws-' || host AS "DeviceName", md5(host::VARCHAR) AS "DeviceId", 'ConnectionSuccess' AS "ActionType",
        remote AS "RemoteIP", 443 AS "RemotePort", client AS "LocalIP", port AS "LocalPort", 'Tcp' AS "Protocol", name AS "RemoteUrl",
        'chrome.exe' AS "InitiatingProcessFileName", 'jane' AS "InitiatingProcessAccountName", 'mde:' || i AS "EventId"
        FROM (${connections}) WHERE i % 4 <> 3`,
    ],
    [
      observedNames,
      `SELECT t + 100000 AS "Timestamp", 'C' || i AS "FlowId", client AS "ClientIP", port AS "ClientPort", remote AS "ServerIP", 443 AS "ServerPort",
        'tls' AS "Kind", name AS "Host" FROM (${connections}) WHERE i % 2 = 0
       UNION ALL BY NAME
       SELECT t - 500000 AS "Timestamp", '' AS "FlowId", client AS "ClientIP", remote AS "ServerIP", 'dns' AS "Kind", name AS "Host", 60 AS "TtlSeconds" FROM (${connections}) WHERE i % 4 = 0`,
    ],
  ];
}

/** A lake that goes on, with what an office of 500 hosts tells. */
export class FusedHome {
  readonly #engine: Engine;
  readonly #home: string;
  readonly #lake: LiveLake;
  readonly #store: Store;
  readonly #fusion: LiveFusion;
  readonly #catalogue: Catalogue;
  #commits = 0;
  #next = 0;
  #time = dataStart;
  #step = second;

  private constructor(
    engine: Engine,
    home: string,
    parts: {
      readonly lake: LiveLake;
      readonly store: Store;
      readonly fusion: LiveFusion;
      readonly catalogue: Catalogue;
    },
  ) {
    this.#engine = engine;
    this.#home = home;
    this.#lake = parts.lake;
    this.#store = parts.store;
    this.#fusion = parts.fusion;
    this.#catalogue = parts.catalogue;
  }

  static async open(engine: Engine, home: string): Promise<FusedHome> {
    await nodeDisk.makeFolder(home);
    const store = Store.open(join(home, 'weir.db'));
    const clock = { now: () => dataStart, sleep: async () => undefined };
    const lake = await LiveLake.open({ store, disk: nodeDisk, directory: join(home, 'segments'), clock });
    const another = (name: string) => () =>
      Engine.open({ memoryMb: 1_000, threads: 2, spillDirectory: join(home, `${name}-spill`) });
    const engines = { passing: another('passing'), settling: another('settling') };
    const catalogue = await loadCatalogue('content/catalogue');
    const fusion = new LiveFusion({ lake, store, engines, directory: join(home, 'work'), catalogue });
    return new FusedHome(engine, home, { lake, store, fusion, catalogue });
  }

  /** A lake of so many hours, a segment of a table for each `atOnce` of them. */
  async fill(hours: number, rowsAnHour: number, atOnce = 1): Promise<void> {
    const connections = Math.floor(rowsAnHour * 0.4);
    this.#step = hour / BigInt(connections);
    for (let at = 0; at < hours; at += atOnce) await this.#commit(connections * atOnce, true);
    // What is there from before is as if it were fused.
    this.#store.transaction(() => {
      for (let seq = 1n; seq <= this.#lake.seq; seq++)
        this.#store.statement('INSERT INTO fusion_own VALUES (?)').run(seq);
      this.#store.statement('UPDATE fusion_cursor SET passed = ?, noted = ?').run(this.#lake.seq, this.#lake.seq);
    });
  }

  async come(rows: number): Promise<void> {
    await this.#commit(Math.floor(rows * 0.4));
  }

  pass(): Promise<unknown> {
    return this.#fusion.pass();
  }

  /** Settles all that is not settled. */
  async settle(): Promise<void> {
    while (await this.#fusion.settle(0n, { quiet: 0n, most: 0n }));
  }

  /** What batch fusion does with so many rows: the least that settling them can cost. */
  async fuseAlone(rows: number): Promise<void> {
    const from = await this.#gather(Math.floor(rows * 0.4));
    await fuse(from, { catalogue: this.#catalogue });
  }

  close(): void {
    this.#fusion.close();
    this.#store.close();
  }

  async #commit(connections: number, fused = false): Promise<void> {
    const from = await this.#gather(connections);
    this.#next += connections;
    this.#time += BigInt(connections) * this.#step;
    if (fused) await fuse(from, { catalogue: this.#catalogue });
    await this.#lake.commit({ from });
  }

  /** The next connections, in a lake of their own. */
  async #gather(connections: number): Promise<Lake> {
    const from = await Lake.create(this.#engine, join(this.#home, `scratch-${this.#commits}`));
    this.#commits += 1;
    for (const [table, select] of told(this.#next, connections, this.#time, this.#step)) {
      const columns = await this.#engine.rows<{ column_name: string }>(`DESCRIBE ${select}`);
      await from.append(
        table,
        select,
        columns.map(({ column_name }) => column_name),
      );
    }
    return from;
  }
}
