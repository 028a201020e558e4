import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import { evidenceName } from './bringUp.ts';
import { closeRemoved } from './gaps.ts';
import { forgetRuleState, ruleStates } from './ruleState.ts';

/** A rule that is back before so long goes on where it stood: its file was moved, or its folder was away for a while. */
const remembered = 24n * 36_000_000_000n;

/** Lets go of what is kept of rules that are not among these any more: nobody waits for their gaps, and a day after they last
 *  ran what they fired on goes, too. Their alerts and stories stay. */
export async function forgetRemoved(
  { store, folder }: { readonly store: Store; readonly folder: string },
  rules: readonly string[],
  now: bigint,
): Promise<void> {
  const there = new Set(rules);
  store.transaction(() => {
    closeRemoved(store, rules, now);
    for (const { rule, ranAt } of ruleStates(store))
      if (!there.has(rule) && now - ranAt > remembered) forgetRuleState(store, rule);
  });
  const kept = new Set([...rules, ...ruleStates(store).map(({ rule }) => rule)].map(evidenceName));
  for (const name of await readdir(folder)) {
    // What the engine puts beside a file begins with its name.
    const [of] = /^[^.]+\.duckdb/.exec(name) ?? [];
    if (of !== undefined && !kept.has(of)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
