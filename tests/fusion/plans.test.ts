import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendRows, type InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import type { Engine } from '../../packages/weir/src/engine/engine.ts';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { deviceProcessEvents, endpointConnections, type Table } from '../../packages/weir/src/tables/index.ts';
import { at, catalogue, event } from './fused.ts';
import { intakeOf } from './living.ts';
import { crowded, world } from './worlds.ts';

/** Joins in which the engine compares each row with each. It does so for an outer join one of whose conditions is of the
 *  left side alone, whatever else it asks: ten thousand devices or processes are then a hundred million comparisons. */
const quadratic = /BLOCKWISE_NL_JOIN/;

/** One side of these is a single row, or what sites and protocols there are. */
const few = /event = \(SELECT count\(\*\)|fusion\.fuse_meeting AS/;

/** The statements that an engine runs from now on in whose plans such a join stands. */
function watch(engine: Engine): string[] {
  const found: string[] = [];
  for (const name of ['run', 'rows'] as const) {
    const run = engine[name].bind(engine) as (sql: string, ...rest: unknown[]) => Promise<never>;
    const rows = engine.rows.bind(engine);
    engine[name] = async (sql: string, ...rest: unknown[]) => {
      if (/^\s*(CREATE|INSERT|COPY|WITH|SELECT|FROM)\b/.test(sql) && rest.length === 0) {
        const plan = await rows<{ explain_value: string }>(`EXPLAIN ${sql}`).catch(() => []);
        if (!few.test(sql) && plan.some(({ explain_value }) => quadratic.test(explain_value)))
          found.push(sql.replace(/\s+/g, ' '));
      }
      return run(sql, ...rest);
    };
  }
  return found;
}

test('fusion compares no row with every other', async () => {
  const found = await withScratchLake(async (lake) => {
    const [crowd] = fc.sample(crowded(world), { numRuns: 1, seed: 7 });
    if (crowd === undefined) throw new Error('no world');
    const process = { InitiatingProcessUniqueId: 'g1', InitiatingProcessFileName: '' };
    const started = { EventId: 'sysmon:p1', Timestamp: at('08:00:00'), DeviceName: 'ws-1', ProcessUniqueId: 'g1' };
    const told: (readonly [Table, InlineRow])[] = [
      ...intakeOf(crowd),
      [endpointConnections, event(process)],
      [endpointConnections, event({ DeviceName: '', DeviceId: 'd-1' })],
      [deviceProcessEvents, { ...started, ActionType: 'ProcessCreated', ProcessCommandLine: 'rclone.exe copy' }],
    ];
    for (const [table, rows] of Map.groupBy(told, ([table]) => table))
      await appendRows(
        lake,
        table,
        rows.map(([, row]) => row),
      );
    const found = watch(lake.engine);
    await fuse(lake, { catalogue });
    return found;
  });
  expect(found).toEqual([]);
}, 120_000);
