import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { processorMs } from '../measure.ts';
import { withCompany } from './lakes.ts';
import { measured } from './measures.ts';
import { play } from './play.ts';
import { printed } from './words.ts';

// How well rules detect: scenarios planted in everyday life. `node bench/detection/main.ts --hosts 60 --days 17 --seed 1`.
const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '60' },
    days: { type: 'string', default: '17' },
    quiet: { type: 'string', default: '14' },
    seed: { type: 'string', multiple: true, default: ['1'] },
    tellings: { type: 'string', default: '1' },
    rules: { type: 'string' },
    noise: { type: 'boolean', default: false },
  },
});

const content = fileURLToPath(new URL('../../content', import.meta.url));
const paths = [values.rules ?? join(content, 'rules')];
const rules = await loadRules(paths);
const directory = await mkdtemp(join(tmpdir(), 'weir-detection-'));
try {
  for (const text of values.seed) {
    const [hosts, days, quiet, seed, tellings] = [values.hosts, values.days, values.quiet, text, values.tellings].map(
      Number,
    ) as [number, number, number, number, number];
    const begun = processorMs();
    await withCompany({ hosts, days, quiet, seed, tellings, content }, join(directory, text), async (living) => {
      const made = processorMs();
      process.stdout.write(
        `seed ${seed}: ${living.machines.length} machines, ${days} days, ${living.rows} connections, ${living.planted.length} planted; ${((made - begun) / 1000).toFixed(1)} CPU s\n`,
      );
      const played = await play(living, rules);
      process.stdout.write(`rules: ${((processorMs() - made) / 1000).toFixed(1)} CPU s\n`);
      process.stdout.write(printed(measured(living, played), { noise: values.noise }));
    });
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
