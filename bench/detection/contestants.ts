import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { knownRules } from '../../packages/weir/src/exceptions/known.ts';
import { loadExceptions } from '../../packages/weir/src/exceptions/load.ts';
import type { Exception } from '../../packages/weir/src/model/exception.ts';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import type { Rule } from '../../packages/weir/src/rules/rule.ts';

/** Rules and what a person has said beside them, as they would be run. */
export interface Contestant {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly exceptions: readonly Exception[];
  /** Whether it knows the company's inventory. */
  readonly inventory: boolean;
}

const hour = 36_000_000_000n;

/** The published query where it lies beside the checkout, Weir's pack, and the pack with the company's inventory and the
 *  tuning profiles (`content/profiles`) where there are any. What is missing is told. */
export async function contestants(
  content: string,
  own: string | undefined,
  say: (text: string) => void,
): Promise<Contestant[]> {
  const found: Contestant[] = [];
  const published = fileURLToPath(new URL('../../../shared/mission/t1567.kql', import.meta.url));
  if (existsSync(published)) {
    const query = readRule('t1567.kql', await readFile(published, 'utf8'));
    // As its text says: a day, looked at every hour.
    const rule: Rule = {
      ...query,
      name: 'the published query',
      severity: 'high',
      schedule: { frequency: hour, period: 24n * hour },
    };
    found.push({ name: 'published query', rules: [rule], exceptions: [], inventory: false });
  } else say('The published query is not beside this checkout (../shared/mission/t1567.kql): left out.');
  const folder = join(content, 'rules');
  const rules = await loadRules([own ?? folder]);
  found.push({ name: "Weir's pack, untuned", rules, exceptions: [], inventory: false });
  const exceptions = await profiles(join(content, 'profiles'), rules, folder);
  if (exceptions.length === 0) say('There are no tuning profiles (content/profiles): tuned means the inventory alone.');
  found.push({ name: "Weir's pack, tuned", rules, exceptions, inventory: true });
  return found;
}

/** All exceptions of the profiles. */
async function profiles(folder: string, rules: readonly Rule[], own: string): Promise<Exception[]> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder, { recursive: true })).filter((file) => /exceptions\.ya?ml$/.test(file)).sort();
  const { rules: nameable, all } = await knownRules(rules, [], own);
  const lists = await Promise.all(files.map((file) => loadExceptions(join(folder, file), { rules: nameable, all })));
  return lists.flat();
}
