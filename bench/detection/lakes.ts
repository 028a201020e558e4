import { join } from 'node:path';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { Engine } from '../../packages/weir/src/engine/engine.ts';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { Lake } from '../../packages/weir/src/lake/lake.ts';
import { calendar, type Day } from './life/calendar.ts';
import { furnish, live, Programs } from './life/connections.ts';
import { gatherFacts } from './life/facts.ts';
import { writeFused } from './life/fused.ts';
import { type Machine, machines } from './life/machines.ts';
import { writeProcesses } from './life/processes.ts';
import { writeRecords } from './life/records.ts';
import { type Planted, plant, type Story, tellableScenarios } from './planted.ts';

export interface Company {
  readonly hosts: number;
  readonly days: number;
  /** Days before anything is planted. */
  readonly quiet: number;
  readonly seed: number;
  readonly tellings: number;
  readonly content: string;
  /** What is planted; every scenario that leaves telemetry where absent. */
  readonly stories?: readonly Story[];
  /** Where the sensors' logs of the same life are written too; nowhere where absent. */
  readonly records?: string;
}

export interface Living {
  readonly seed: number;
  readonly lake: Lake;
  readonly days: readonly Day[];
  readonly machines: readonly Machine[];
  readonly planted: readonly Planted[];
  readonly rows: number;
  /** From when on findings count; ticks. */
  readonly from: bigint;
}

/** A company's life in a lake of its own, with stories planted in it. */
export async function withCompany<Result>(
  { hosts, days: count, quiet, seed, tellings, content, stories, records }: Company,
  directory: string,
  use: (living: Living) => Promise<Result>,
): Promise<Result> {
  const engine = await Engine.open({ memoryMb: 3000, threads: 2, spillDirectory: join(directory, 'spill') });
  try {
    const lake = await Lake.create(engine, join(directory, 'lake'));
    const days = calendar(count, seed);
    const all = machines(hosts, count, seed);
    const programs = new Programs();
    await furnish(engine, all, days, programs);
    await live(engine, seed, count);
    const from = days[quiet]?.starts ?? 0n;
    const until = (days[count - 1]?.starts ?? 0n) + 864_000_000_000n;
    const catalogue = await loadCatalogue(join(content, 'catalogue'));
    const told = stories ?? (await tellableScenarios(content)).map((scenario) => ({ scenario, name: scenario.name }));
    const planted = await plant(engine, told, programs, catalogue, { machines: all, seed, tellings, from, until });
    await gatherFacts(engine, programs);
    await writeProcesses(lake);
    if (records !== undefined) await writeRecords(engine, records);
    const rows = await writeFused(lake, catalogue);
    await engine.run('DROP TABLE life_connection; DROP TABLE life_fact');
    // What the catalogue says of programs, which fusion sets on finished rows too.
    await fuse(lake, { catalogue });
    return await use({ seed, lake, days, machines: all, planted, rows, from });
  } finally {
    engine.close();
  }
}
