import { join } from 'node:path';
import { appendRows, type InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import type { Engine } from '../../packages/weir/src/engine/engine.ts';
import { type FuseOptions, fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { type Limits, LiveFusion } from '../../packages/weir/src/live/fusion/fusion.ts';
import { Home } from '../../packages/weir/src/live/live.fixture.ts';
import type { LiveLake } from '../../packages/weir/src/live/liveLake.ts';
import {
  endpointConnections,
  networkFlows,
  observedBodies,
  observedNames,
  publicTables,
  type Table,
} from '../../packages/weir/src/tables/index.ts';
import { catalogue, type FusedRow } from './fused.ts';
import type { World } from './worlds.ts';

/** A row that a log told, and of which table. */
export type Told = readonly [Table, InlineRow];
export type Row = FusedRow;

/** The public tables, all columns but those that the lake gives. */
async function tablesOf(engine: Engine, rows: (table: Table) => string): Promise<Record<string, Row[]>> {
  const tables: Record<string, Row[]> = {};
  for (const table of publicTables) {
    const columns = table.stored.map(({ name }) => name).filter((name) => name !== 'ArrivedAt' && name !== 'CommitSeq');
    const list = columns.map((name) => `"${name}"`).join(', ');
    tables[table.name] = await engine.rows<Row>(`SELECT ${list} FROM ${rows(table)} ORDER BY ALL`);
  }
  return tables;
}

async function append(lake: Parameters<typeof appendRows>[0], rows: readonly Told[]): Promise<void> {
  for (const [table, of] of Map.groupBy(rows, ([table]) => table))
    await appendRows(
      lake,
      table,
      of.map(([, row]) => row),
    );
}

/** What rows are told by. */
export type Teller = Pick<FuseOptions, 'catalogue' | 'inventory'>;

/** What batch fusion makes of rows. */
export function batched(rows: readonly Told[], by: Teller = { catalogue }): Promise<Record<string, Row[]>> {
  return withScratchLake(async (lake) => {
    await append(lake, rows);
    await fuse(lake, by);
    return tablesOf(lake.engine, ({ name }) => `"${name}"`);
  });
}

/** A lake to which batches of rows come. */
export class Living {
  readonly #home: Home;
  readonly #lake: LiveLake;
  readonly #settling: Engine;
  readonly #limits: Limits | undefined;
  #fusion: LiveFusion;

  private constructor(home: Home, lake: LiveLake, settling: Engine, limits: Limits | undefined) {
    this.#home = home;
    this.#limits = limits;
    this.#lake = lake;
    this.#settling = settling;
    this.#fusion = this.#open({ catalogue });
  }

  static with<Result>(use: (living: Living) => Promise<Result>, limits?: Limits): Promise<Result> {
    return Home.with((home) =>
      home.another(async (settling) => use(new Living(home, await home.lake(), settling, limits))),
    );
  }

  /** Begins anew with what is stored. */
  restart(by: Teller = { catalogue }): void {
    this.#fusion = this.#open(by);
  }

  /** Tells a part of history anew; false where all is told by the present catalogue. */
  async retag(): Promise<boolean> {
    return (await this.#fusion.retag()) !== undefined;
  }

  async put(rows: readonly Told[]): Promise<void> {
    const from = await this.#home.scratch();
    await append(from, rows);
    await this.#lake.commit({ from });
  }

  /** Lets time pass. */
  wait(ticks: bigint): void {
    this.#home.clock.time += ticks;
  }

  /** From when on retention counts for the latest connections. */
  kept(): unknown {
    const sql = `SELECT max(kept_at) AS at FROM segment WHERE "table" = 'DeviceNetworkEvents' AND retired IS NULL`;
    return this.#home.store.statement(sql).get()?.at;
  }

  /** What else than their clocks some days of devices tell, ticks. */
  others(): unknown[] {
    const sql = 'SELECT other FROM fusion_offset WHERE other IS NOT NULL';
    return this.#home.store
      .statement(sql)
      .all()
      .map(({ other }) => other);
  }

  pass(): Promise<unknown> {
    return this.#fusion.pass();
  }

  /** Until all is settled. */
  async settle(): Promise<void> {
    while (await this.#fusion.settle(0n, { quiet: 0n, most: 0n }));
  }

  async tables(): Promise<Record<string, Row[]>> {
    const snapshot = this.#lake.snapshot();
    try {
      return await tablesOf(this.#home.engine, (table) => `(${snapshot.rows(table)})`);
    } finally {
      snapshot.release();
    }
  }

  #open(by: Teller): LiveFusion {
    const { store, engine, folder } = this.#home;
    const engines = { passing: async () => engine, settling: async () => this.#settling };
    const limits = this.#limits && { limits: this.#limits };
    return new LiveFusion({ lake: this.#lake, store, engines, directory: join(folder, 'work'), ...by, ...limits });
  }
}

/** What a world's sensors told. */
export const intakeOf = (world: World): Told[] => [
  ...world.events.map((row) => [endpointConnections, row] as const),
  ...world.flows.map((row) => [networkFlows, row] as const),
  ...world.names.map((row) => [observedNames, row] as const),
  ...(world.bodies ?? []).map((row) => [observedBodies, row] as const),
];

/** The same rows some days later, told by ids of their own. */
export function later(rows: readonly Told[], days: number): Told[] {
  const ids = new Set(['EventId', 'FlowId', 'BodyId']);
  const times = new Set(['Timestamp', 'FlowStart', 'FlowEnd']);
  const moved = (name: string, value: unknown) => {
    if (ids.has(name) && typeof value === 'string' && value !== '') return `${value}-${days}`;
    if (times.has(name) && typeof value === 'string')
      return new Date(Date.parse(value) + days * 86_400_000).toISOString();
    return value;
  };
  return rows.map(([table, row]) => [
    table,
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, moved(name, value)])) as InlineRow,
  ]);
}
