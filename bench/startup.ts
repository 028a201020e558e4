import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median, timed } from './measure.ts';

const released = fileURLToPath(new URL('../dist/weir/bin/weir.mjs', import.meta.url));

/** Whole-process times of the released build, which `npm run build` makes: with a cache folder that nobody can write, where
 *  every start is a plain one, and with one in which the first start has had an image of the parser made. */
export async function startup(directory: string, runs: number): Promise<string[]> {
  if (!existsSync(released)) return ['start-up: no released build here, run npm run build first'];
  const cache = join(directory, 'cache');
  await mkdir(cache);
  const query = ['query', 'print 1'];
  start(query, cache);
  while (existsSync(join(cache, 'weir', 'making'))) await setTimeout(100);
  return [
    await told('', ['--help'], 0.2, cache, runs),
    await told(', from the image', query, 1.0, cache, runs),
    await told(', without one', query, 1.0, '/dev/null', runs),
  ];
}

async function told(
  how: string,
  args: readonly string[],
  target: number,
  cache: string,
  runs: number,
): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) times.push(await timed(async () => start(args, cache)));
  const seconds = (median(times.slice(1)) / 1000).toFixed(2);
  return `weir ${args.join(' ')}${how}: median ${seconds} s (target ${target})`;
}

function start(args: readonly string[], cache: string): void {
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const child = spawnSync(process.execPath, [released, ...args], { encoding: 'utf8', env });
  if (child.status !== 0) throw new Error(child.stderr);
}
