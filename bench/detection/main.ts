import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeInventory } from '../../packages/weir/src/inventory/table.ts';
import { processorMs } from '../measure.ts';
import { contestants } from './contestants.ts';
import { curveStories, curvesOf } from './curves.ts';
import { inventoryOf } from './inventory.ts';
import { withCompany } from './lakes.ts';
import { measured } from './measures.ts';
import { page } from './page.ts';
import type { Story } from './planted.ts';
import { type Played, play } from './play.ts';
import { printed, type Result } from './words.ts';

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
    curves: { type: 'boolean', default: false },
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
  const seeds = (values.seed ?? usual.seeds).map(Number);
  const companies = seeds.map((seed) => ({ hosts, days, quiet, seed, tellings: Number(values.tellings), content }));
  let rows = 0;
  /** What each contestant made of each company. */
  const inAll = async (stories?: readonly Story[]): Promise<Map<string, Played[]>> => {
    const played = new Map<string, Played[]>(list.map(({ name }) => [name, []]));
    for (const company of companies) {
      const begun = processorMs();
      const folder = join(directory, String(company.seed));
      await withCompany({ ...company, ...(stories ? { stories } : {}) }, folder, async (living) => {
        rows += living.rows;
        say(
          `seed ${company.seed}: ${living.machines.length} machines, ${days} days, ${living.rows} connections, ${living.planted.length} planted; ${seconds(begun)}`,
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
      await rm(folder, { recursive: true, force: true });
    }
    return played;
  };
  const played = await inAll();
  const points = values.curves ? await inAll(curveStories) : undefined;
  const results = [...played].map(([name, own]): Result => {
    const measures = measured(own);
    const [looked] = measures.budgets.filter(({ most }) => most === 25);
    const score = looked?.score ?? Number.POSITIVE_INFINITY;
    const mine = points?.get(name);
    return { name, measures, ...(mine ? { curves: { told: curvesOf(mine, 0), within: curvesOf(mine, score) } } : {}) };
  });
  process.stdout.write(printed(results, { noise: values.noise }));
  if (values.html !== undefined)
    await writeFile(values.html, page(results, { hosts, days, quiet, seeds: seeds.length, rows }));
} finally {
  await rm(directory, { recursive: true, force: true });
}

function seconds(since: number): string {
  return `${((processorMs() - since) / 1000).toFixed(1)} CPU s`;
}
