import { join } from 'node:path';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { FusedHome } from './fusedHome.ts';
import { processorMs, timed } from './measure.ts';

/** Settling an hour of connections, as of an office of 500 hosts, in a lake of some days, beside fusing that hour alone: the
 *  hours and days around it are to be read too. By processor time. */
export async function settling(
  engine: Engine,
  directory: string,
  days: readonly number[],
  rowsAnHour: number,
): Promise<string[]> {
  const lines: string[] = [];
  for (const each of days) {
    const home = await FusedHome.open(engine, join(directory, `settling-${each}`));
    await home.fill(each * 24, rowsAnHour, 6);
    // The first time it learns the clocks of what was there before.
    await home.come(rowsAnHour);
    await home.pass();
    await home.settle();
    const floor = await timed(() => home.fuseAlone(rowsAnHour), processorMs);
    await home.come(rowsAnHour);
    await home.pass();
    const cost = await timed(() => home.settle(), processorMs);
    lines.push(
      `${(cost / floor).toFixed(1)} x an hour fused alone  ${cost.toFixed(0)} ms  settling an hour of ${rowsAnHour} rows at ${each} days of data`,
    );
    home.close();
  }
  return lines;
}
