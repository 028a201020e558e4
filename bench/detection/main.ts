import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeInventory } from '../../packages/weir/src/inventory/table.ts';
import { processorMs } from '../measure.ts';
import { contestants } from './contestants.ts';
import { inventoryOf } from './inventory.ts';
import { withCompany } from './lakes.ts';
import { measured } from './measures.ts';
import { page } from './page.ts';
import { type Played, play } from './play.ts';
import { printed } from './words.ts';

// How well rules detect: every scenario planted in companies' everyday life. docs/detection-benchmark.md says what it
// shows. `npm run bench:detection`, with `-- --quick` for a small one.
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    hosts: { type: 'string' },
    days: { type: 'string' },
    quiet: { type: 'string' },
    seed: { type: 'string', multiple: true },
    tellings: { type: 'string', default: '1' },
    rules: { type: 'string' },
    only: { type: 'string' },
    noise: { type: 'boolean', default: false },
    html: { type: 'string' },
  },
});

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
const usual = values.quick
  ? { hosts: 60, days: 9, quiet: 7, seeds: ['1'] }
  : { hosts: 300, days: 18, quiet: 14, seeds: ['1', '2', '3', '4', '5'] };
const hosts = Number(values.hosts ?? usual.hosts);
const days = Number(values.days ?? usual.days);
const quiet = Number(values.quiet ?? usual.quiet);
const content = fileURLToPath(new URL('../../content', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'weir-detection-'));
try {
  const list = (await contestants(content, values.rules, say)).filter(({ name }) => name.includes(values.only ?? ''));
  const played = new Map<string, Played[]>(list.map(({ name }) => [name, []]));
  let rows = 0;
  for (const text of values.seed ?? usual.seeds) {
    const company = { hosts, days, quiet, seed: Number(text), tellings: Number(values.tellings), content };
    const begun = processorMs();
    await withCompany(company, join(directory, text), async (living) => {
      rows += living.rows;
      say(
        `seed ${text}: ${living.machines.length} machines, ${days} days, ${living.rows} connections, ${living.planted.length} planted; ${seconds(begun)}`,
      );
      for (const contestant of list) {
        const start = processorMs();
        if (contestant.inventory) await writeInventory(living.lake, await inventoryOf(content, directory));
        const one = await play(living, contestant);
        played.get(contestant.name)?.push(one);
        for (const why of one.failed) say(`  could not run: ${why}`);
        say(`  ${contestant.name}: ${seconds(start)}`);
      }
    });
    await rm(join(directory, text), { recursive: true, force: true });
  }
  const results = [...played].map(([name, own]) => ({ name, measures: measured(own) }));
  process.stdout.write(printed(results, { noise: values.noise }));
  if (values.html !== undefined)
    await writeFile(
      values.html,
      page(results, { hosts, days, quiet, seeds: (values.seed ?? usual.seeds).length, rows }),
    );
} finally {
  await rm(directory, { recursive: true, force: true });
}

function seconds(since: number): string {
  return `${((processorMs() - since) / 1000).toFixed(1)} CPU s`;
}
