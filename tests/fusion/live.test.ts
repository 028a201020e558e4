import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendRows, type InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import type { Engine } from '../../packages/weir/src/engine/engine.ts';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { LiveFusion } from '../../packages/weir/src/live/fusion/fusion.ts';
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
import { catalogue } from './fused.ts';
import { crowded, type World, world } from './worlds.ts';

/** A row that a log told, and of which table. */
type Told = readonly [Table, InlineRow];
type Row = Readonly<Record<string, unknown>>;

const intakeOf = (world: World): Told[] => [
  ...world.events.map((row) => [endpointConnections, row] as const),
  ...world.flows.map((row) => [networkFlows, row] as const),
  ...world.names.map((row) => [observedNames, row] as const),
  ...(world.bodies ?? []).map((row) => [observedBodies, row] as const),
];

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

/** What batch fusion makes of rows. */
function batched(rows: readonly Told[]): Promise<Record<string, Row[]>> {
  return withScratchLake(async (lake) => {
    await append(lake, rows);
    await fuse(lake, { catalogue });
    return tablesOf(lake.engine, ({ name }) => `"${name}"`);
  });
}

/** A lake to which batches of rows come. */
class Living {
  readonly #home: Home;
  readonly #lake: LiveLake;
  readonly #settling: Engine;
  #fusion: LiveFusion;

  private constructor(home: Home, lake: LiveLake, settling: Engine) {
    this.#home = home;
    this.#lake = lake;
    this.#settling = settling;
    this.#fusion = this.#open();
  }

  static with<Result>(use: (living: Living) => Promise<Result>): Promise<Result> {
    return Home.with((home) => home.another(async (settling) => use(new Living(home, await home.lake(), settling))));
  }

  /** Begins anew with what is stored. */
  restart(): void {
    this.#fusion = this.#open();
  }

  async put(rows: readonly Told[]): Promise<void> {
    const from = await this.#home.scratch();
    await append(from, rows);
    await this.#lake.commit({ from });
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

  #open(): LiveFusion {
    const { store, engine, folder } = this.#home;
    const engines = { passing: engine, settling: this.#settling };
    return new LiveFusion({ lake: this.#lake, store, engines, directory: join(folder, 'work'), catalogue });
  }
}

/** Rows in some order, some of them twice, in some batches. */
function dealt(rows: readonly Told[], seed: number, batches: number): Told[][] {
  const mixed = rows
    .flatMap((row, n) => ((n + seed) % 5 === 0 ? [row, row] : [row]))
    .map((row, n) => ({ row, place: ((n + 1) * (seed * 2 + 1) * 7919) % 104_729 }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
  return Array.from({ length: batches }, (_, n) => mixed.filter((_, at) => at % batches === n));
}

const dealing = fc.record({
  seed: fc.nat(50),
  batches: fc.integer({ min: 1, max: 4 }),
  between: fc.constantFrom('', 'settle', 'restart', 'meanwhile'),
});

async function sameAsBatch(
  rows: readonly Told[],
  { seed, batches, between }: typeof dealing extends fc.Arbitrary<infer D> ? D : never,
): Promise<void> {
  const lived = await Living.with(async (living) => {
    for (const batch of dealt(rows, seed, batches)) {
      const settling = between === 'meanwhile' ? living.settle() : undefined;
      await living.put(batch);
      await living.pass();
      await settling;
      if (between === 'settle') await living.settle();
      if (between === 'restart') living.restart();
    }
    await living.settle();
    return living.tables();
  });
  expect(lived).toEqual(await batched(rows));
}

test('law: settled, live fusion has what batch fusion has, in whatever order and batches the rows came', async () => {
  await fc.assert(
    fc.asyncProperty(crowded(world), dealing, (world, dealing) => sameAsBatch(intakeOf(world), dealing)),
    { numRuns: 5, endOnFailure: true },
  );
}, 300_000);

/** The same rows some days later, told by ids of their own. */
function later(rows: readonly Told[], days: number): Told[] {
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

const days = fc.uniqueArray(fc.constantFrom(1, 2, 3, 6, 11, 30), { minLength: 1, maxLength: 2 });

test('law: over many days as well, of which only those are looked at that new rows bear on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(crowded(world), { minLength: 3, maxLength: 3 }), days, dealing, (worlds, days, dealing) =>
      sameAsBatch(
        worlds
          .slice(0, days.length + 1)
          .flatMap((world, n) => later(intakeOf(world), n === 0 ? 0 : (days[n - 1] ?? 0))),
        dealing,
      ),
    ),
    { numRuns: 5, endOnFailure: true },
  );
}, 300_000);
