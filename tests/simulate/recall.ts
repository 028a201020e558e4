import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../packages/weir/src/model/finding.ts';
import { day } from '../../packages/weir/src/simulate/time.ts';
import { scan } from '../../packages/weir/src/weir.ts';
import { content, plant, scenarios, truth, wishesOf } from './planted.ts';

// Which scenarios Weir's rules find where Defender and Zeek see them, in a table: `node tests/simulate/recall.ts 0 1 2`.
// A finding belongs to the scenario on whose device it is. Scenarios stand alone here: it says nothing of false alarms.

const seeds = process.argv.slice(2).map(Number);
if (seeds.length === 0) seeds.push(0);

const folder = await mkdtemp(join(tmpdir(), 'weir-recall-'));
try {
  for (const seed of seeds) await plant(join(folder, 'logs', String(seed)), wishesOf(seed), ['defender', 'zeek']);
  const options = { paths: [join(folder, 'logs')], rules: [], content, workDirectory: join(folder, 'work') };
  const { result } = await scan(options, async () => undefined);
  for (const { rule, error } of result.runs) if (error !== undefined) throw new Error(`${rule}: ${error}`);
  console.log('| scenario | procedure | notified | severity and score by seed | rules |\n|---|---|---|---|---|');
  let notified = 0;
  for (const { name, covers, atomics } of scenarios) {
    const bySeed = seeds.map((seed) => findingsOf(name, seed, result.findings));
    const loud = bySeed.filter((found) => found.some(isNotified)).length;
    notified += loud;
    const best = bySeed.map((found) => (found[0] === undefined ? 'missed' : `${found[0].severity} ${found[0].score}`));
    const rules = [...new Set(bySeed.flat().map(({ rule }) => rule.name))];
    const procedure = [...covers, ...atomics.map((test) => `atomic ${test}`)].join('; ');
    console.log(`| ${[name, procedure, `${loud}/${seeds.length}`, best.join(', '), rules.join('; ')].join(' | ')} |`);
  }
  console.log(
    `\n${notified} of ${scenarios.length * seeds.length} told scenarios have a finding of medium or high severity.`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

function isNotified({ severity }: Finding): boolean {
  return severity === 'medium' || severity === 'high';
}

/** The findings on a scenario's device in its seed's days, the best first. */
function findingsOf(name: string, seed: number, findings: readonly Finding[]): Finding[] {
  const wishes = wishesOf(seed);
  const device = truth(wishes).flows.find(({ incident }) => incident === name)?.device.name;
  const begins = BigInt(wishes.start) * 10n + 621_355_968_000_000_000n;
  return findings
    .filter(({ entities }) => entities.device === device)
    .filter(({ firstSeen }) => firstSeen >= begins && firstSeen < begins + BigInt(3 * day) * 10n)
    .sort((a, b) => b.score - a.score);
}
