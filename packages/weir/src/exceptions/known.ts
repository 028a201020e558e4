import { stat } from 'node:fs/promises';
import { loadRules } from '../rules/load.ts';
import type { Rule } from '../rules/rule.ts';
import type { KnownRules } from './load.ts';

/** The rules that exceptions can name: those that run, from the paths that a person named (none: Weir's own), and Weir's
 *  own. They are all that there are unless single files were named. */
export async function knownRules(running: readonly Rule[], paths: readonly string[], own: string): Promise<KnownRules> {
  const folders = await Promise.all(paths.map(async (path) => (await stat(path)).isDirectory()));
  const others = paths.length === 0 ? [] : await loadRules([own]);
  return { rules: [...running, ...others], all: folders.every((folder) => folder) };
}
