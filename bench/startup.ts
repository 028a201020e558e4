import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median, timed } from './measure.ts';

const released = fileURLToPath(new URL('../dist/weir/bin/weir.mjs', import.meta.url));

/** Whole-process times of the released build; `npm run build` makes it. */
export async function startup(runs: number): Promise<string[]> {
  if (!existsSync(released)) return ['start-up: no released build here, run npm run build first'];
  const lines: string[] = [];
  for (const [args, target] of [
    [['--help'], 0.2],
    [['query', 'print 1'], 1.0],
  ] as const) {
    const times: number[] = [];
    for (let run = 0; run <= runs; run++) {
      times.push(
        await timed(async () => {
          const child = spawnSync(process.execPath, [released, ...args], { encoding: 'utf8' });
          if (child.status !== 0) throw new Error(child.stderr);
        }),
      );
    }
    lines.push(`weir ${args.join(' ')}: median ${(median(times.slice(1)) / 1000).toFixed(2)} s (target ${target})`);
  }
  return lines;
}
