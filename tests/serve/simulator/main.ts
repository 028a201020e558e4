import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Trace } from './trace.ts';
import { run } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
Trace.print = values.trace;
const stray: unknown[] = [];
process.on('unhandledRejection', (error) => stray.push(error));
const folder = mkdtempSync(join(tmpdir(), 'weir-simulator-'));
for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed++) {
  const c0 = process.cpuUsage();
  try {
    const ran = await run(seed, folder);
    const c = process.cpuUsage(c0);
    console.log(
      seed,
      'ok',
      ran.lives,
      'lives',
      ran.turns,
      'turns',
      ran.records,
      'records',
      ran.findings,
      'findings',
      ran.trace,
      `${(c.user + c.system) / 1000} ms`,
      [...ran.faults].map(([k, n]) => `${k} ${n}`).join(', '),
    );
  } catch (error) {
    console.log(seed, 'FAILED', error);
  }
  if (stray.length > 0) console.log('stray', stray.splice(0));
}
rmSync(folder, { recursive: true, force: true });
