import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendRows } from '../../packages/weir/src/detect/inlineRows.ts';
import { nodeDisk } from '../../packages/weir/src/disk/nodeDisk.ts';
import { Engine } from '../../packages/weir/src/engine/engine.ts';
import { fusionBehind, waitingLonger } from '../../packages/weir/src/live/fusion/behind.ts';
import { LiveFusion } from '../../packages/weir/src/live/fusion/fusion.ts';
import { Home } from '../../packages/weir/src/live/live.fixture.ts';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { at, catalogue, flow } from './fused.ts';

test('rows that no pass has fused are told with their time until one has, and not what fusion itself wrote', () =>
  Home.with((home) =>
    home.another(async (settling) => {
      const lake = await home.lake();
      const engines = { passing: async () => home.engine, settling: async () => settling };
      const fusion = new LiveFusion({
        ...{ lake, store: home.store, engines, catalogue },
        directory: join(home.folder, 'work'),
      });
      expect(fusionBehind(home.store)).toBeUndefined();
      const from = await home.scratch();
      await appendRows(from, networkFlows, [
        flow({ FlowStart: at('10:00:07'), FlowEnd: at('10:00:09') }),
        flow({ FlowStart: at('10:00:02'), FlowEnd: at('10:00:09'), LocalPort: 50_001 }),
      ]);
      await lake.commit({ from });
      const came = home.clock.now();
      expect(waitingLonger(home.store, came - 1n)).toBeUndefined();
      expect(waitingLonger(home.store, came)?.told).toMatch(
        /^2 rows from \d{4}-\d\d-\d\dT10:00:02Z on are not joined to connections yet$/,
      );
      await fusion.pass();
      expect(fusionBehind(home.store)).toBeUndefined();
    }),
  ));

test('after an engine has failed for good, the next pass has another, and makes what is missing', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    const opened: Engine[] = [];
    const another = async () => {
      const spillDirectory = join(home.folder, `spill-${opened.length}`);
      const engine = await Engine.open({ memoryMb: 300, threads: 1, spillDirectory });
      opened.push(engine);
      return engine;
    };
    const engines = { passing: another, settling: another };
    const directory = join(home.folder, 'work');
    const fusion = new LiveFusion({ lake, store: home.store, engines, catalogue, directory });
    const come = async (LocalPort: number) => {
      const from = await home.scratch();
      await appendRows(from, networkFlows, [flow({ FlowStart: at('10:00:07'), FlowEnd: at('10:00:09'), LocalPort })]);
      await lake.commit({ from });
    };
    await come(50_000);
    await fusion.pass();
    await come(50_001);
    opened[0]?.close();
    await expect(fusion.pass()).rejects.toThrow();
    expect(fusionBehind(home.store)?.rows).toBe(1);
    expect(await fusion.pass()).toMatchObject({ fresh: 1 });
    expect(fusionBehind(home.store)).toBeUndefined();
    expect(opened).toHaveLength(2);
    fusion.close();
  }));

test('of a pass whose engine failed for good nothing stays in its folder, and what failed first is told', () =>
  Home.with((home) =>
    home.another(async (passing) => {
      const disk = {
        ...nodeDisk,
        rename: async () => {
          passing.close();
          throw new Error('the disk is full');
        },
      };
      const from = await home.scratch();
      await appendRows(from, networkFlows, [flow({ FlowStart: at('10:00:07'), FlowEnd: at('10:00:09') })]);
      await (await home.lake()).commit({ from });
      const engines = { passing: async () => passing, settling: async () => home.engine };
      const directory = join(home.folder, 'work', 'fusion');
      const lake = await home.lake(disk);
      const fusion = new LiveFusion({ lake, store: home.store, engines, catalogue, directory });
      await expect(fusion.pass()).rejects.toThrow('the disk is full');
      expect(await readdir(directory)).toEqual([]);
    }),
  ));
