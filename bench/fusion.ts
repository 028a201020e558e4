import { join } from 'node:path';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { FusedHome } from './fusedHome.ts';
import { median, processorMs, timed } from './measure.ts';

/** Passes of live fusion: new rows of an office of 500 hosts, as Zeek and Defender tell them, over a lake of an hour and of
 *  `most`; of `few` rows and ten times as many, which is half of an hour's and five times that. By processor time of 10,000 rows. */
export async function livePasses(
  engine: Engine,
  directory: string,
  [few, most]: readonly [number, number],
  runs: number,
): Promise<string[]> {
  const rowsAnHour = 2 * few;
  const lines: string[] = [];
  for (const hours of [1, most])
    for (const size of [few, 10 * few]) {
      const home = await FusedHome.open(engine, join(directory, `fusion-${hours}-${size}`));
      await home.fill(hours, rowsAnHour);
      const costs: number[] = [];
      for (let run = 0; run <= runs; run++) {
        await home.come(size);
        const cost = await timed(() => home.pass(), processorMs);
        if (run > 0) costs.push(cost);
      }
      lines.push(
        `${((median(costs) / size) * 10_000).toFixed(0)} ms of 10,000 rows  a pass over ${size} rows at ${hours} h of ${rowsAnHour} rows an hour`,
      );
      home.close();
    }
  return lines;
}
